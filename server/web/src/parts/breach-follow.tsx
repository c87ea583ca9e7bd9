// SPDX-License-Identifier: Apache-2.0
// What follows on a file: the next step, and what an authority's form asks for.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { AUTHORITIES, clockOf, STEPS, type Breach } from '../lib/school';
import { language, languages, t } from '../lib/texts';
import { Choice, Input } from './choice';
import { Form, languageName } from './form';

export function BreachStep({ breach, changed }: { breach: Breach; changed: () => void }): VNode {
	const done = breach.notes.map((row) => row.step);
	const steps = STEPS.filter((step) => step !== 'closed' || breach.told !== null);
	const next = steps.find((step) => !done.includes(step)) ?? steps[0] ?? 'found';
	const add = async (values: Record<string, string>): Promise<void> => {
		await request('POST', `/breaches/${breach.id}/notes`, { step: values.step, note: values.note });
		changed();
	};
	return (
		<section class="card" aria-labelledby="step">
			<h2 id="step">{t('console.breach.step')}</h2>
			<Form key={breach.notes.length} action={t('console.breach.step.add')} texts={{ refused: 'console.breach.step.refused' }} onSubmit={add}>
				<Choice name="step" label={t('console.breach.step.what')} words={[next, ...steps.filter((step) => step !== next)]}
					wordOf={(word) => t(`console.breach.step.${word}`)} />
				<Input name="note" label={t('console.breach.note')} length={400} hint={t('console.breach.note.hint')} />
			</Form>
			{clockOf(breach) !== 'told' && <p class="hint">{t('console.breach.close.hint')}</p>}
		</section>
	);
}

export function BreachReport({ breach }: { breach: Breach }): VNode {
	const [authority, setAuthority] = useState<string>(AUTHORITIES[0]);
	const [tag, setTag] = useState(language);
	const path = (format: string): string => `/api/v1/breaches/${breach.id}/form?authority=${authority}&language=${tag}&format=${format}`;
	const tags = [language, ...languages.filter((one) => one !== language)];
	return (
		<section class="card" aria-labelledby="form">
			<h2 id="form">{t('console.breach.form')}</h2>
			<p class="hint">{t('console.breach.form.hint')}</p>
			<div class="form">
				<div class="field">
					<label for="authority">{t('console.breach.authority')}</label>
					<select id="authority" value={authority} onChange={(event) => setAuthority(event.currentTarget.value)}>
						{AUTHORITIES.map((word) => <option key={word} value={word}>{t(`console.breach.authority.${word}`)}</option>)}
					</select>
				</div>
				<div class="field">
					<label for="form-language">{t('console.document.language')}</label>
					<select id="form-language" value={tag} onChange={(event) => setTag(event.currentTarget.value)}>
						{tags.map((one) => <option key={one} value={one}>{languageName(one)}</option>)}
					</select>
				</div>
				<p class="row">
					<a class="button" download={`breach-${breach.id}-${authority}.html`} href={path('html')}>{t('console.document.html')}</a>
					<a class="button quiet" download={`breach-${breach.id}-${authority}.txt`} href={path('text')}>{t('console.document.text')}</a>
				</p>
			</div>
		</section>
	);
}
