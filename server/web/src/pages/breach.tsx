// SPDX-License-Identifier: Apache-2.0
// One file: what happened, what was held, what was done, until when the authority is to be told.
import type { VNode } from 'preact';
import { useData } from '../lib/data';
import { instantText } from '../lib/dates';
import type { Breach } from '../lib/school';
import { hasText, t } from '../lib/texts';
import { BreachClock } from '../parts/breach-clock';
import { BreachReport, BreachStep } from '../parts/breach-follow';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';

const EVERY_MS = 30_000;

function When({ name, at }: { name: string; at: string | null }): VNode | null {
	return at === null ? null : <div><dt>{t(name)}</dt><dd><time dateTime={at}>{instantText(at)}</time></dd></div>;
}

function Facts({ breach }: { breach: Breach }): VNode {
	return (
		<section class="card" aria-labelledby="facts">
			<h2 id="facts">{t('console.breach.facts')}</h2>
			<dl class="facts-row">
				<When name={'console.breach.happened'} at={breach.happened} />
				<When name={'console.breach.known'} at={breach.known} />
				<When name={'console.breach.opened'} at={breach.opened} />
				<div><dt>{t('console.breach.who')}</dt><dd>{breach.who}</dd></div>
				<When name={'console.breach.told'} at={breach.told} />
				<When name={'console.breach.closed'} at={breach.closed} />
			</dl>
			<h3>{t('console.breach.held')}</h3>
			<p>{breach.held.map((word) => t(`console.breach.held.${word}`)).join(', ')}</p>
		</section>
	);
}

function Entered({ breach }: { breach: Breach }): VNode {
	return (
		<section class="card" aria-labelledby="entered">
			<h2 id="entered">{t('console.breach.devices')}</h2>
			{breach.entered.length === 0 && <p class="faint">{t('console.breach.devices.none')}</p>}
			{breach.entered.length > 0 && (
				<table class="tight">
					<thead>
						<tr><th scope="col">{t('console.devices.device')}</th><th scope="col">{t('console.breach.encrypted')}</th></tr>
					</thead>
					<tbody>
						{breach.entered.map((row) => (
							<tr key={row.device}>
								<th scope="row">{row.device}</th>
								<td>{t(hasText(`console.breach.encrypted.${row.encrypted}`) ? `console.breach.encrypted.${row.encrypted}` : 'console.breach.encrypted.unknown')}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
		</section>
	);
}

function Notes({ breach }: { breach: Breach }): VNode {
	return (
		<section class="card" aria-labelledby="notes">
			<h2 id="notes">{t('console.breach.notes')}</h2>
			{breach.notes.length === 0 && <p class="faint">{t('console.breach.notes.none')}</p>}
			<ol class="lines">
				{breach.notes.map((row) => (
					<li key={row.n}>
						<span class="line-main">
							<strong>{t(`console.breach.step.${row.step}`)}</strong>
							<span class="line-sub">{row.note}</span>
						</span>
						<span class="line-side"><time dateTime={row.at}>{instantText(row.at)}</time>, {row.who}</span>
					</li>
				))}
			</ol>
		</section>
	);
}

export function BreachPage({ id }: { id: string }): VNode {
	const data = useData<Breach>(`/breaches/${id}`, EVERY_MS);
	const breach = data.value;
	return (
		<Page
			title={t('console.breach.number', { n: Number(id) })}
			above={<p class="crumb"><a href="/breaches">{t('console.breaches')}</a></p>}
			lead={breach !== null && <div class="device-lead"><span>{t(`console.breach.kind.${breach.kind}`)}</span> <BreachClock breach={breach} /></div>}
		>
			<Await data={data}>
				{(value) => (
					<div class="with-side">
						<div class="groups">
							<Facts breach={value} />
							<Notes breach={value} />
							<Entered breach={value} />
						</div>
						<div class="side">
							{value.closed === null && <BreachStep breach={value} changed={data.reload} />}
							<BreachReport breach={value} />
						</div>
					</div>
				)}
			</Await>
		</Page>
	);
}
