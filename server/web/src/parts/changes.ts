// SPDX-License-Identifier: Apache-2.0
// What changed between two looks at the same device: said aloud, and marked for as long as the page stays.
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../lib/texts';
import type { DeviceControl, State } from '../lib/types';

export interface Changes {
	ids: ReadonlySet<string>;
	words: string;
}

export function useChanges(controls: DeviceControl[]): Changes {
	const before = useRef<Map<string, State> | null>(null);
	const [changes, setChanges] = useState<Changes>({ ids: new Set(), words: '' });
	useEffect(() => {
		const old = before.current;
		before.current = new Map(controls.map((control) => [control.id, control.state]));
		const moved = old === null ? [] : controls.filter((control) => old.get(control.id) !== control.state);
		if (moved.length > 0) {
			setChanges((now) => ({
				ids: new Set([...now.ids, ...moved.map((control) => control.id)]),
				words: moved.map((control) => t('console.device.changed', {
					control: t(`control.${control.id}.title`), state: t(`state.${control.state}`),
				})).join(' '),
			}));
		}
	}, [controls]);
	return changes;
}
