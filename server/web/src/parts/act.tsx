// SPDX-License-Identifier: Apache-2.0
// A button that does one thing on the server, asks once more where it cannot be undone, and says
// beside itself when it did not work.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { troubleIn, type Trouble } from '../lib/api';
import { t } from '../lib/texts';

interface ActProps {
	label: string;
	run: () => Promise<void>;
	sure?: string; // the question that is asked first
	main?: boolean;
	refused?: string; // text key for what the server refuses
}

export function Act({ label, run, sure, main, refused }: ActProps): VNode {
	const [state, setState] = useState<'ready' | 'asked' | 'busy'>('ready');
	const [trouble, setTrouble] = useState<Trouble | null>(null);
	const go = async (): Promise<void> => {
		setState('busy');
		setTrouble(null);
		try {
			await run();
		} catch (error) {
			setTrouble(troubleIn(error));
		}
		setState('ready');
	};
	const press = (): void => {
		if (state === 'ready' && sure !== undefined) {
			setState('asked');
		} else if (state !== 'busy') {
			void go();
		}
	};
	return (
		<div class="act">
			{state === 'asked' && <p>{sure}</p>}
			<div class="row">
				<button type="button" class={main ? 'button main' : 'button quiet'} aria-disabled={state === 'busy'} onClick={press}>
					{state === 'asked' ? t('console.act.sure') : label}
				</button>
				{state === 'asked' && (
					<button type="button" class="button quiet" onClick={() => setState('ready')}>{t('console.act.not')}</button>
				)}
			</div>
			<p role="alert" class="act-trouble">
				{trouble !== null && t(trouble === 'refused' && refused !== undefined ? refused : `console.trouble.${trouble}.todo`)}
			</p>
		</div>
	);
}
