// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { allDevices, csvOf, offerFile, tableCsv } from '../lib/csv';
import { t } from '../lib/texts';

export function CsvButton({ path }: { path: string }): VNode {
	const [state, setState] = useState<'ready' | 'busy' | 'failed'>('ready');
	const take = async (): Promise<void> => {
		setState('busy');
		try {
			const address = new URL(path, location.origin);
			address.searchParams.delete('cursor');
			offerFile('devices.csv', csvOf(await allDevices(address.pathname + address.search)));
			setState('ready');
		} catch {
			setState('failed');
		}
	};
	return (
		<div class="csv">
			<button type="button" class="button quiet" aria-disabled={state === 'busy'}
				onClick={() => state !== 'busy' && void take()}>
				{t('console.csv')}
			</button>
			<span role="status">{state === 'failed' && t('console.csv.failed')}</span>
		</div>
	);
}

// Of rows that are here already
export function CsvOf<T>({ name, columns, rows }: { name: string; columns: readonly (keyof T & string)[]; rows: T[] }): VNode {
	return (
		<button type="button" class="button quiet" onClick={() => offerFile(name, tableCsv(columns, rows))}>{t('console.csv')}</button>
	);
}
