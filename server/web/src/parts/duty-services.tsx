// SPDX-License-Identifier: Apache-2.0
// Which meeting services the school uses: each brings its settings onto the list.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { PROVIDERS, type Duties } from '../lib/school';
import { useMay } from '../lib/session';
import { t } from '../lib/texts';
import { Form } from './form';

const NONE = 'none';

export function DutyServices({ value, changed }: { value: Duties; changed: () => void }): VNode {
	const may = useMay('settings-write');
	const [picked, setPicked] = useState<string[]>(value.providers === '' ? [] : value.providers.split(','));
	const pick = (word: string, on: boolean): void => {
		const others = picked.filter((one) => one !== word && (word === NONE) === (one === NONE));
		setPicked(on ? [...others, word] : others);
	};
	const save = async (): Promise<void> => {
		await request('POST', '/settings', { providers: [...picked].sort().join(',') });
		changed();
	};
	const names = value.providers === '' || value.providers === NONE ? [] : value.providers.split(',');
	return (
		<section class="card" aria-labelledby="services">
			<h2 id="services">{t('console.duties.services')}</h2>
			{!may && <p>{names.length === 0 ? t('console.duties.services.none') : names.map((word) => t(`console.provider.${word}`)).join(', ')}</p>}
			{may && (
				<Form action={t('console.settings.save')} texts={{}} onSubmit={save}>
					<fieldset class="field choices">
						<legend class="visually-hidden">{t('console.duties.services')}</legend>
						{[...PROVIDERS, NONE].map((word) => (
							<label key={word} class="check">
								<input type="checkbox" checked={picked.includes(word)} onChange={(event) => pick(word, event.currentTarget.checked)} />
								{' '}{word === NONE ? t('console.duties.services.none') : t(`console.provider.${word}`)}
							</label>
						))}
					</fieldset>
				</Form>
			)}
			<p class="hint">{t('console.duties.services.hint')}</p>
		</section>
	);
}
