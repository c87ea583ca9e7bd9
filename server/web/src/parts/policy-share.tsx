// SPDX-License-Identifier: Apache-2.0
// Settings to and from another school: a file that names no school, no device and no person.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { offerFile } from '../lib/csv';
import { countEdits, type Policy, type PolicyEdit } from '../lib/decisions';
import { sharedEdit, sharedText } from '../lib/sharing';
import { t, tn } from '../lib/texts';

const BYTES_MAX = 65536;

export function PolicyShare({ policy, edit, take }: { policy: Policy; edit: PolicyEdit; take: ((edit: PolicyEdit) => void) | null }): VNode {
	const [said, setSaid] = useState('');
	const read = async (file: File | undefined): Promise<void> => {
		const next = file === undefined || file.size > BYTES_MAX ? null : sharedEdit(await file.text(), policy);
		if (next !== null) {
			take?.(next);
		}
		setSaid(next === null ? t('console.policy.share.bad') : tn('console.policy.share.taken', countEdits(next)));
	};
	return (
		<details>
			<summary>{t('console.policy.share')}</summary>
			<p class="hint">{t('console.policy.share.hint')}</p>
			<p><button type="button" class="button quiet" onClick={() => offerFile('caretaker-settings.json', sharedText(edit, policy))}>{t('console.policy.share.save')}</button></p>
			{take !== null && (
				<div class="field">
					<label for="share-file">{t('console.policy.share.take')}</label>
					<input id="share-file" type="file" accept="application/json,.json" onChange={(event) => void read(event.currentTarget.files?.[0])} />
				</div>
			)}
			<p role="status">{said}</p>
		</details>
	);
}
