// SPDX-License-Identifier: Apache-2.0
// What went wrong, and is what the law asks being done in time?
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useData } from '../lib/data';
import { instantText } from '../lib/dates';
import type { BreachHead, Breaches } from '../lib/school';
import { t, tn } from '../lib/texts';
import { BreachClock } from '../parts/breach-clock';
import { BreachForm } from '../parts/breach-form';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const EVERY_MS = 60_000;

function Row({ breach }: { breach: BreachHead }): VNode {
	return (
		<tr>
			<th scope="row">
				<a class="row-link" href={`/breaches/${breach.id}`}>{t('console.breach.number', { n: breach.id })}</a>
				<span class="cell-sub">{t(`console.breach.kind.${breach.kind}`)}</span>
			</th>
			<td data-label={t('console.breach.known')}><time dateTime={breach.known}>{instantText(breach.known)}</time></td>
			<td data-label={t('console.breach.standing')}><BreachClock breach={breach} /></td>
			<td data-label={t('console.breach.devices')}>{tn('console.devices', breach.devices)}</td>
		</tr>
	);
}

function List({ list }: { list: BreachHead[] }): VNode {
	if (list.length === 0) {
		return <p class="card none">{t('console.breaches.none')}</p>;
	}
	return (
		<table class="table stack">
			<caption class="visually-hidden">{t('console.breaches')}</caption>
			<thead>
				<tr>
					<th scope="col">{t('console.breach')}</th>
					<th scope="col">{t('console.breach.known')}</th>
					<th scope="col">{t('console.breach.standing')}</th>
					<th scope="col">{t('console.breach.devices')}</th>
				</tr>
			</thead>
			<tbody>{list.map((breach) => <Row key={breach.id} breach={breach} />)}</tbody>
		</table>
	);
}

export function BreachesPage({ query }: { query: URLSearchParams }): VNode {
	const data = useData<Breaches>('/breaches', EVERY_MS);
	const [opening, setOpening] = useState(query.has('kind'));
	return (
		<Page
			title={t('console.breaches')}
			lead={<p>{t('console.breaches.lead')} <a href="/documents/incident-playbook">{t('console.document.incident-playbook')}</a></p>}
			aside={!opening && <button type="button" class="button main" onClick={() => setOpening(true)}>{t('console.breach.open')}</button>}
		>
			<Await data={data}>
				{(value) => (
					<div class="stack-wide">
						{opening && (
							<section class="card" aria-labelledby="open">
								<h2 id="open">{t('console.breach.open')}</h2>
								<BreachForm query={query} />
								<button type="button" class="button quiet" onClick={() => setOpening(false)}>{t('console.act.not')}</button>
							</section>
						)}
						<List list={value.breaches} />
					</div>
				)}
			</Await>
		</Page>
	);
}
