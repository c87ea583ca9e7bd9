// SPDX-License-Identifier: Apache-2.0
// What a family may ask about one device, and what to do when it is lost: one click each.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { copyPage, type Copy } from '../lib/copy-page';
import { offerFile } from '../lib/csv';
import { useData } from '../lib/data';
import { shortDate } from '../lib/dates';
import { go } from '../lib/router';
import { useMay } from '../lib/session';
import { t } from '../lib/texts';
import type { DeviceDetail } from '../lib/types';
import { Act } from './act';

const EVERY_MS = 30_000;
const REASONS = ['wrong-result', 'mended', 'explained', 'not-this-device'] as const;

interface Rights {
	lost: string | null;
	receipt: string;
	disputes: { control: string; reason: string; at: string }[];
}

function Dispute({ detail, act }: { detail: DeviceDetail; act: (body: object) => Promise<void> }): VNode {
	const [control, setControl] = useState(detail.controls.find((row) => row.state === 'fail')?.id ?? detail.controls[0]?.id ?? '');
	const [reason, setReason] = useState<string>(REASONS[0]);
	return (
		<details>
			<summary>{t('console.rights.dispute')}</summary>
			<div class="field">
				<label for="dispute-control">{t('console.controls.control')}</label>
				<select id="dispute-control" value={control} onChange={(event) => setControl(event.currentTarget.value)}>
					{detail.controls.map((row) => <option key={row.id} value={row.id}>{t(`control.${row.id}.title`)}</option>)}
				</select>
			</div>
			<div class="field">
				<label for="dispute-reason">{t('console.rights.reason')}</label>
				<select id="dispute-reason" value={reason} onChange={(event) => setReason(event.currentTarget.value)}>
					{REASONS.map((word) => <option key={word} value={word}>{t(`console.rights.reason.${word}`)}</option>)}
				</select>
			</div>
			<Act label={t('console.rights.dispute.mark')} run={() => act({ control, reason })} />
		</details>
	);
}

export function DeviceRights({ detail }: { detail: DeviceDetail }): VNode | null {
	const may = useMay('personal');
	const mayLose = useMay('groups');
	const mayBreach = useMay('breach');
	const { id, label } = detail.device;
	const data = useData<Rights>(may ? `/devices/${id}/rights` : null, EVERY_MS);
	const rights = data.value;
	const post = (act: string, body?: object): Promise<unknown> => request('POST', `/devices/${id}/${act}`, body);
	const dispute = async (body: object): Promise<void> => {
		await post('dispute', body);
		data.reload();
	};
	const take = async (): Promise<void> => offerFile(`${label}.json`, JSON.stringify(await post('export'), null, 2));
	const takePage = async (): Promise<void> => offerFile(`${label}.html`, copyPage(label, await post('export') as Copy));
	const erase = async (): Promise<void> => {
		await post('erase');
		go('/devices');
	};
	const lose = async (): Promise<void> => {
		await post('lost', { lost: rights?.lost == null });
		data.reload();
	};
	if (!may && !mayLose) {
		return null;
	}
	return (
		<section class="card rights" aria-labelledby="rights">
			<h2 id="rights">{t('console.rights')}</h2>
			{rights?.lost != null && (
				<p role="status">
					<strong>{t('console.rights.is-lost', { day: shortDate(rights.lost) })}</strong>
					{mayBreach && <> <a href={`/breaches?kind=lost-device&device=${encodeURIComponent(label)}`}>{t('console.breach.open')}</a></>}
				</p>
			)}
			{rights !== null && rights.disputes.length > 0 && (
				<ul class="lines">
					{rights.disputes.map((row) => (
						<li key={row.control}>
							<span class="line-main">
								{t('console.rights.disputed', { title: t(`control.${row.control}.title`) })}
								<span class="line-sub">{t(`console.rights.reason.${row.reason}`)} · {shortDate(row.at)}</span>
							</span>
							<Act label={t('console.rights.settle')} run={() => dispute({ control: row.control, reason: 'settled' })} />
						</li>
					))}
				</ul>
			)}
			{may && <Act label={t('console.rights.export')} run={take} />}
			{may && <Act label={t('console.rights.export.page')} run={takePage} />}
			{may && detail.controls.length > 0 && <Dispute detail={detail} act={dispute} />}
			{mayLose && (
				<Act label={t(rights?.lost == null ? 'console.rights.lost' : 'console.rights.found')}
					sure={t(rights?.lost == null ? 'console.rights.lost.sure' : 'console.rights.found.sure')} run={lose} />
			)}
			{may && <Act label={t('console.rights.erase')} sure={t('console.rights.erase.sure')} run={erase} />}
			{rights !== null && <p class="hint">{t('console.rights.receipt')} <span class="mono">{rights.receipt}</span></p>}
		</section>
	);
}
