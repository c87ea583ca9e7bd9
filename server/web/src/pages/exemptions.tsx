// SPDX-License-Identifier: Apache-2.0
// Who may record, why, until when? What needs a decision stands first.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useData } from '../lib/data';
import type { Exemption, Exemptions, Phase } from '../lib/decisions';
import { useMay } from '../lib/session';
import { t } from '../lib/texts';
import { ExemptionCard } from '../parts/exemption-card';
import { ExemptionForm } from '../parts/exemption-form';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const EVERY_MS = 15_000;
const PARTS: { key: string; phases: Phase[] }[] = [
	{ key: 'console.exempt.open', phases: ['requested', 'seconded'] },
	{ key: 'console.exempt.running', phases: ['running', 'waiting'] },
	{ key: 'console.exempt.over', phases: ['ended', 'refused', 'lapsed'] },
];

function Part({ name, list, changed }: { name: string; list: Exemption[]; changed: () => void }): VNode | null {
	if (list.length === 0) {
		return null;
	}
	return (
		<section class="groups" aria-label={t(name)}>
			<h2>{t(name)}</h2>
			{list.map((exemption) => <ExemptionCard key={exemption.id} exemption={exemption} changed={changed} />)}
		</section>
	);
}

export function ExemptionsPage(): VNode {
	const data = useData<Exemptions>('/exemptions', EVERY_MS);
	const mayAsk = useMay('exempt-ask');
	const [asking, setAsking] = useState(false);
	return (
		<Page
			title={t('console.exempt')}
			lead={<p>{t('console.exempt.lead')}</p>}
			aside={mayAsk && !asking && (
				<button type="button" class="button main" onClick={() => setAsking(true)}>{t('console.exempt.ask')}</button>
			)}
		>
			<Await data={data}>
				{(value) => (
					<div class="stack-wide">
						{asking && (
							<section class="card" aria-labelledby="ask">
								<h2 id="ask">{t('console.exempt.ask')}</h2>
								<p class="hint">{t('console.exempt.ask.lead')} <a href="/documents/necessity-test">{t('console.document.necessity-test')}</a></p>
								<ExemptionForm noticeDays={value.notice_days} done={() => {
									setAsking(false);
									data.reload();
								}} />
								<button type="button" class="button quiet" onClick={() => setAsking(false)}>{t('console.act.not')}</button>
							</section>
						)}
						{value.exemptions.length === 0 && !asking && <p class="card none">{t('console.exempt.none')}</p>}
						{PARTS.map(({ key, phases }) => (
							<Part key={key} name={key} changed={data.reload}
								list={value.exemptions.filter((exemption) => phases.includes(exemption.phase))} />
						))}
					</div>
				)}
			</Await>
		</Page>
	);
}
