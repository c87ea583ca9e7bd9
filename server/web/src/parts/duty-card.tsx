// SPDX-License-Identifier: Apache-2.0
// One thing that the school has to see to: how it stands, who looked and when, what to do.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { exactTime, shortDate } from '../lib/dates';
import { answersOf, type Duty } from '../lib/school';
import { useMay } from '../lib/session';
import { t } from '../lib/texts';
import { Form } from './form';
import { StateBadge } from './state-badge';

const openStates = new Set(['fail', 'unknown']);

function Answer({ duty, words, changed }: { duty: Duty; words: readonly string[]; changed: () => void }): VNode {
	const id = `${duty.provider}-${duty.control}`;
	const [answer, setAnswer] = useState(duty.answer !== undefined && words.includes(duty.answer) ? duty.answer : words[0] ?? '');
	const save = async (values: Record<string, string>): Promise<void> => {
		await request('POST', '/duties', { control: duty.control, provider: duty.provider, answer, note: values.note ?? '' });
		changed();
	};
	return (
		<Form action={t('console.duties.answer.save')} texts={{ refused: 'console.duties.answer.refused' }} onSubmit={save}>
			<div class="field">
				<label for={`answer-${id}`}>{t('console.duties.answer')}</label>
				<select id={`answer-${id}`} value={answer} onChange={(event) => setAnswer(event.currentTarget.value)}>
					{words.map((word) => <option key={word} value={word}>{t(`duty.reason.${word}`)}</option>)}
				</select>
			</div>
			<div class="field">
				<label for={`note-${id}`}>{t('console.duties.note')}</label>
				<input id={`note-${id}`} name="note" maxLength={200} autocomplete="off" defaultValue={duty.note ?? ''}
					required={answer === 'exempted'} aria-describedby={`hint-${id}`} />
				<p class="hint" id={`hint-${id}`}>{t('console.duties.note.hint')}</p>
			</div>
		</Form>
	);
}

function Looked({ duty }: { duty: Duty }): VNode | null {
	if (duty.at === undefined || duty.until === undefined) {
		return null;
	}
	return (
		<p class="control-times">
			<span>
				{t('console.duties.looked', { who: duty.who ?? '' })} <time dateTime={duty.at} title={exactTime(duty.at)}>{shortDate(duty.at)}</time>
			</span>
			<span>{t('console.duties.until')} <time dateTime={duty.until} title={exactTime(duty.until)}>{shortDate(duty.until)}</time></span>
			{duty.note !== undefined && duty.note !== '' && <span>{t('console.duties.note')}: {duty.note}</span>}
		</p>
	);
}

export function DutyCard({ duty, changed }: { duty: Duty; changed: () => void }): VNode {
	const may = useMay('attest');
	const words = answersOf(duty);
	return (
		<article class={`control duty is-${duty.state}`}>
			<div class="control-head">
				<h3>{t(`duty.${duty.control}.title`)}</h3>
				<StateBadge state={duty.state} />
			</div>
			<div class="control-said">
				<p>{t(`duty.reason.${duty.reason}`)}</p>
				<Looked duty={duty} />
			</div>
			{openStates.has(duty.state) && (
				<dl class="advice">
					<div>
						<dt>{t('console.duties.todo')}</dt>
						<dd>
							<strong>{t(`console.severity.${duty.severity}`)}</strong> {t(`duty.${duty.control}.fix`)}
							{duty.control === 'doc.dpia' && <> <a href="/documents/dpia">{t('console.document.dpia')}</a></>}
						</dd>
					</div>
				</dl>
			)}
			{may && words.length > 0 && (
				<details>
					<summary>{t(duty.answer === undefined ? 'console.duties.answer.first' : 'console.duties.answer.again')}</summary>
					<Answer duty={duty} words={words} changed={changed} />
				</details>
			)}
		</article>
	);
}
