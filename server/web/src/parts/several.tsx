// SPDX-License-Identifier: Apache-2.0
// What is done with chosen devices: moved to another group, or, for a family with several, a copy of all that
// is held of them and erasing it. One request for each, so that the audit log has a row for each.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { offerFile } from '../lib/csv';
import { useData } from '../lib/data';
import { useMay } from '../lib/session';
import { t, tn } from '../lib/texts';
import type { Groups } from '../lib/types';
import { Act } from './act';

const NEVER_MS = 600_000;

export type Chosen = ReadonlyMap<string, string>; // id → label

export function MoveTo({ ids, group, onDone }: { ids: string[]; group?: string; onDone: (n: number) => void }): VNode | null {
	const data = useData<Groups>('/groups', NEVER_MS);
	const names = (data.value?.groups ?? []).map((row) => row.group).filter((name) => name !== group);
	const [picked, setPicked] = useState('');
	const to = names.includes(picked) ? picked : names[0];
	const move = async (): Promise<void> => {
		for (const id of ids) {
			await request('POST', `/devices/${id}/group`, { group: to });
		}
		onDone(ids.length);
	};
	if (to === undefined) {
		return data.value === null ? null : <p class="hint">{t('console.move.none')}</p>;
	}
	return (
		<div class="move">
			<div class="field">
				<label for="move-to">{t('console.move.to')}</label>
				<select id="move-to" value={to} onChange={(event) => setPicked(event.currentTarget.value)}>
					{names.map((name) => <option key={name} value={name}>{name}</option>)}
				</select>
			</div>
			<Act label={t('console.move')} sure={tn('console.move.sure', ids.length, { group: to })} run={move} />
		</div>
	);
}

interface SeveralProps {
	chosen: Chosen;
	clear: () => void;
	leave: () => void;
	changed: () => void;
}

export function Several({ chosen, clear, leave, changed }: SeveralProps): VNode {
	const mayMove = useMay('groups');
	const mayPersonal = useMay('personal');
	const [said, setSaid] = useState('');
	const ids = [...chosen.keys()];
	const done = (words: string): void => {
		setSaid(words);
		clear();
		changed();
	};
	const take = async (): Promise<void> => {
		const copies = [];
		for (const id of ids) {
			copies.push(await request('POST', `/devices/${id}/export`));
		}
		offerFile('devices.json', JSON.stringify(copies, null, 2));
	};
	const erase = async (): Promise<void> => {
		for (const id of ids) {
			await request('POST', `/devices/${id}/erase`);
		}
		done(tn('console.several.erased', ids.length));
	};
	return (
		<section class="card several" aria-labelledby="several">
			<h2 id="several">{t('console.several')}</h2>
			<p role="status">{ids.length > 0 ? tn('console.several.chosen', ids.length, { labels: [...chosen.values()].join(', ') }) : said || t('console.several.hint')}</p>
			{ids.length > 0 && (
				<div class="several-acts">
					{mayMove && <MoveTo ids={ids} onDone={(n) => done(tn('console.several.moved', n))} />}
					{mayPersonal && <Act label={t('console.rights.export')} run={take} />}
					{mayPersonal && <Act label={t('console.several.erase')} sure={tn('console.several.erase.sure', ids.length)} run={erase} />}
				</div>
			)}
			<div class="row">
				{ids.length > 0 && <button type="button" class="button quiet" onClick={clear}>{t('console.several.none')}</button>}
				<button type="button" class="button quiet" onClick={leave}>{t('console.several.leave')}</button>
			</div>
		</section>
	);
}
