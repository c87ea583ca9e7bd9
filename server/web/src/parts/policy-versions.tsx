// SPDX-License-Identifier: Apache-2.0
// Which versions there were, who made them, and the way back.
import type { VNode } from 'preact';
import { request } from '../lib/api';
import type { Policy } from '../lib/decisions';
import { useMay } from '../lib/session';
import { t, tn } from '../lib/texts';
import { Act } from './act';
import { Ago } from './ago';

export function PolicyVersions({ policy, changed }: { policy: Policy; changed: () => void }): VNode {
	const may = useMay('policy-write');
	const line = { ownership: policy.ownership, group: policy.group };
	const back = (version: number) => async (): Promise<void> => {
		await request('POST', '/policy/back', { ...line, version });
		changed();
	};
	const follow = async (): Promise<void> => {
		await request('POST', '/policy/follow', line);
		changed();
	};
	return (
		<section class="card" aria-labelledby="versions">
			<h2 id="versions">{t('console.policy.versions')}</h2>
			{policy.group !== '' && policy.own && may && (
				<Act label={t('console.policy.follow')} sure={t('console.policy.follow.sure')} run={follow} />
			)}
			<ol class="lines">
				{policy.versions.map((row, i) => (
					<li key={row.version}>
						<span class="line-main">
							{t('console.policy.version', { version: row.version })}
							<span class="line-sub">
								{row.published ? t('console.policy.published') : tn('console.policy.changes', row.changes)}
								{row.who !== '' && ` · ${row.who}`}
							</span>
						</span>
						<span class="line-side"><Ago at={row.at} /></span>
						{i > 0 && may && !row.published && (
							<Act label={t('console.policy.back')} sure={t('console.policy.back.sure', { version: row.version })} run={back(row.version)} />
						)}
					</li>
				))}
			</ol>
		</section>
	);
}
