// SPDX-License-Identifier: Apache-2.0
// Which ones? Every filter is in the address, so that a list can be handed on.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { controlHref } from '../lib/control-groups';
import { useData } from '../lib/data';
import { withQuery } from '../lib/router';
import { useMay } from '../lib/session';
import { richn, t } from '../lib/texts';
import type { Device, Devices } from '../lib/types';
import { Ago } from '../parts/ago';
import { CsvButton } from '../parts/csv-button';
import { DeviceFilters } from '../parts/device-filters';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';
import { Several, type Chosen } from '../parts/several';
import { DeviceBadge } from '../parts/state-badge';

const EVERY_MS = 20_000;
const ASKED = ['cursor', 'state', 'control', 'control_state', 'group', 'q', 'sort'] as const;
const SORTS = ['label', 'state', 'failing', 'heard'] as const; // by the column that shows it

// Only what the API knows: a stray parameter in an address is no reason for an error.
function apiPath(query: URLSearchParams): string {
	const asked = new URLSearchParams();
	for (const name of ASKED) {
		const value = query.get(name);
		if (value !== null && value !== '') {
			asked.set(name, value);
		}
	}
	const text = asked.toString();
	return text === '' ? '/devices' : `/devices?${text}`;
}

function Worst({ device }: { device: Device }): VNode {
	if (device.worst === null) {
		return <span class="faint">{t('console.devices.none-open')}</span>;
	}
	return (
		<>
			<a href={controlHref(device.worst)}>{t(`control.${device.worst}.title`)}</a>
			{device.failing > 1 && <span class="cell-sub">{richn('console.devices.and-more', device.failing - 1, {})}</span>}
		</>
	);
}

interface Choosing {
	chosen: Chosen;
	choose: (device: Device, on: boolean) => void;
}

function Row({ device, choosing }: { device: Device; choosing: Choosing | null }): VNode {
	return (
		<tr>
			<th scope="row">
				{choosing !== null && (
					<input type="checkbox" class="choose" aria-label={t('console.several.choose', { label: device.label })}
						checked={choosing.chosen.has(device.id)} onChange={(event) => choosing.choose(device, event.currentTarget.checked)} />
				)}
				<a class="row-link" href={`/devices/${device.id}`}>{device.label}</a>
				<span class="cell-sub">{t(`console.ownership.${device.ownership}`)}</span>
			</th>
			<td><DeviceBadge state={device.state} /></td>
			<td data-label={t('console.devices.worst')}><Worst device={device} /></td>
			<td data-label={t('console.devices.heard')}><Ago at={device.heard} quiet /></td>
		</tr>
	);
}

// Up, then down, then as it was; where one was in the list means nothing in another order.
function Head({ sort, word, query }: { sort: (typeof SORTS)[number]; word: string; query: URLSearchParams }): VNode {
	const now = query.get('sort') ?? 'label';
	const way = now === sort ? 'ascending' : now === `-${sort}` ? 'descending' : null;
	const next = way === 'ascending' ? `-${sort}` : sort === 'label' ? '' : sort;
	return (
		<th scope="col" {...(way !== null && { 'aria-sort': way })}>
			<a class="sort" href={withQuery('/devices', query, { sort: next, cursor: '' })}>
				{word} <span aria-hidden="true">{way === 'ascending' ? '▲' : way === 'descending' ? '▼' : '↕'}</span>
			</a>
		</th>
	);
}

function List({ list, query, choosing }: { list: Devices; query: URLSearchParams; choosing: Choosing | null }): VNode {
	if (list.devices.length === 0 && apiPath(query) === '/devices') {
		return (
			<div class="card none">
				<p>{t('console.devices.empty')}</p>
				<p><a class="button" href="/enrolment">{t('console.enrolment')}</a></p>
			</div>
		);
	}
	if (list.devices.length === 0) {
		return (
			<div class="card none">
				<p>{t('console.devices.none')}</p>
				<p><a class="button" href="/devices">{t('console.devices.all')}</a></p>
			</div>
		);
	}
	return (
		<>
			<table class="table stack sortable">
				<caption class="visually-hidden">{t('console.devices')}</caption>
				<thead>
					<tr>
						<Head sort="label" word={t('console.devices.device')} query={query} />
						<Head sort="state" word={t('console.devices.state')} query={query} />
						<Head sort="failing" word={t('console.devices.worst')} query={query} />
						<Head sort="heard" word={t('console.devices.heard')} query={query} />
					</tr>
				</thead>
				<tbody>{list.devices.map((device) => <Row key={device.id} device={device} choosing={choosing} />)}</tbody>
			</table>
			<nav class="pager" aria-label={t('console.pager')}>
				{query.has('cursor') && (
					<a class="button quiet" href={withQuery('/devices', query, { cursor: '' })}>{t('console.pager.first')}</a>
				)}
				{list.next !== null && (
					<a class="button" href={withQuery('/devices', query, { cursor: list.next })}>{t('console.pager.next')}</a>
				)}
			</nav>
		</>
	);
}

export function DevicesPage({ query }: { query: URLSearchParams }): VNode {
	const path = apiPath(query);
	const data = useData<Devices>(path, EVERY_MS);
	const mayMove = useMay('groups');
	const mayPersonal = useMay('personal');
	// Kept while one searches on, so that devices of several lists come together.
	const [chosen, setChosen] = useState<Chosen | null>(null);
	const choose = (device: Device, on: boolean): void => {
		const next = new Map(chosen ?? []);
		if (on) {
			next.set(device.id, device.label);
		} else {
			next.delete(device.id);
		}
		setChosen(next);
	};
	return (
		<Page
			title={t('console.devices')}
			lead={<p role="status">{data.value !== null && richn('console.devices.match', data.value.total, {})}</p>}
			aside={(
				<div class="row">
					{(mayMove || mayPersonal) && chosen === null && (
						<button type="button" class="button quiet" onClick={() => setChosen(new Map())}>{t('console.several')}</button>
					)}
					<CsvButton path={path} />
				</div>
			)}
		>
			{chosen !== null && (
				<Several chosen={chosen} changed={data.reload} clear={() => setChosen(new Map())} leave={() => setChosen(null)} />
			)}
			<DeviceFilters query={query} />
			<Await data={data}>{(list) => <List list={list} query={query} choosing={chosen === null ? null : { chosen, choose }} />}</Await>
		</Page>
	);
}
