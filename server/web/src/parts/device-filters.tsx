// SPDX-License-Identifier: Apache-2.0
// Search, state and control above the list of devices; each writes into the address.
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { compareTexts } from '../lib/control-groups';
import { useData } from '../lib/data';
import { go, withQuery } from '../lib/router';
import { t } from '../lib/texts';
import { DEVICE_STATES, STATES, type Control } from '../lib/types';
import { Mark, markOfDevice } from './marks';

const TYPING_MS = 250;
const SEARCH_MAX = 64;
const NEVER_MS = 600_000;

function Search({ query }: { query: URLSearchParams }): VNode {
	const now = query.get('q') ?? '';
	const [typed, setTyped] = useState(now);
	const sent = useRef(now);
	useEffect(() => {
		if (now !== sent.current) { // the address changed by "back" or by a link
			sent.current = now;
			setTyped(now);
		}
	}, [now]);
	useEffect(() => {
		if (typed === sent.current) {
			return undefined;
		}
		const timer = window.setTimeout(() => {
			sent.current = typed;
			go(withQuery('/devices', query, { q: typed.trim(), cursor: '' }), 'replace');
		}, TYPING_MS);
		return () => window.clearTimeout(timer);
	}, [typed, query]);
	return (
		<div class="filter-search">
			<label for="filter-search">{t('console.filter.search')}</label>
			<input id="filter-search" type="search" value={typed} maxLength={SEARCH_MAX} spellcheck={false}
				onInput={(event) => setTyped(event.currentTarget.value)} />
		</div>
	);
}

function States({ query }: { query: URLSearchParams }): VNode {
	const now = query.get('state');
	const chip = (state: string | null, word: string, mark?: VNode): VNode => (
		<li key={state ?? 'all'}>
			<a class="chip" href={withQuery('/devices', query, { state: state ?? '', cursor: '' })}
				{...(now === state ? { 'aria-current': 'true' as const } : {})}>
				{mark}{word}
			</a>
		</li>
	);
	return (
		<ul class="chips" aria-label={t('console.filter.state')}>
			{chip(null, t('console.filter.all'))}
			{DEVICE_STATES.map((state) => chip(
				state, t(`console.device-state.${state}`), <Mark name={markOfDevice[state]} />,
			))}
		</ul>
	);
}

function ControlFilter({ query }: { query: URLSearchParams }): VNode {
	const controls = useData<{ controls: Control[] }>('/controls', NEVER_MS).value?.controls ?? [];
	const now = query.get('control') ?? '';
	const listed = controls.some((control) => control.id === now) || now === ''
		? controls.map((control) => control.id)
		: [now, ...controls.map((control) => control.id)];
	const titles = listed
		.map((id) => ({ id, title: t(`control.${id}.title`) }))
		.sort((a, b) => compareTexts(a.title, b.title));
	return (
		<div class="filter-control">
			<div>
				<label for="filter-control">{t('console.filter.control')}</label>
				<select id="filter-control" value={now} onChange={(event) => go(withQuery('/devices', query, {
					control: event.currentTarget.value, control_state: '', cursor: '',
				}))}>
					<option value="">{t('console.filter.any-control')}</option>
					{titles.map(({ id, title }) => <option key={id} value={id}>{title}</option>)}
				</select>
			</div>
			{now !== '' && (
				<div>
					<label for="filter-state">{t('console.filter.control-state')}</label>
					<select id="filter-state" value={query.get('control_state') ?? 'fail'} onChange={(event) => go(withQuery('/devices', query, {
						control_state: event.currentTarget.value, cursor: '',
					}))}>
						{STATES.map((state) => <option key={state} value={state}>{t(`state.${state}`)}</option>)}
					</select>
				</div>
			)}
		</div>
	);
}

export function DeviceFilters({ query }: { query: URLSearchParams }): VNode {
	const group = query.get('group');
	return (
		<search class="filters" aria-label={t('console.filter')}>
			<Search query={query} />
			<ControlFilter query={query} />
			<States query={query} />
			{group !== null && (
				<p class="filter-group">
					<a class="chip" aria-current="true" href={withQuery('/devices', query, { group: '', cursor: '' })}>
						{t('console.filter.group', { group })} <span aria-hidden="true">×</span>
						<span class="visually-hidden">{t('console.filter.remove')}</span>
					</a>
				</p>
			)}
		</search>
	);
}
