// SPDX-License-Identifier: Apache-2.0
// Asking for an exemption: why, for whom, until when, and what would have done with less.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { useData } from '../lib/data';
import { dayFrom, earliestStart, WORDS, type Policy } from '../lib/decisions';
import { t } from '../lib/texts';
import { Choice, Choices, chosen, Input } from './choice';
import { Form } from './form';

const NEVER_MS = 600_000;
const MOST_DAYS = 30;

function termsOf(values: Record<string, string>, seen: boolean): Record<string, unknown> {
	const picked = ['asked_by', 'feature', 'purpose', 'basis', 'consent', 'declining', 'taking_part', 'notice', 'noticed', 'start', 'end', 'delete_by'];
	return {
		...Object.fromEntries(picked.map((name) => [name, values[name]])),
		persons: chosen(values, 'persons'),
		considered: chosen(values, 'considered'),
		pupils_visible: seen,
		...(seen && { pupils_reason: values.pupils_reason }),
	};
}

export function ExemptionForm({ noticeDays, done }: { noticeDays: number; done: () => void }): VNode {
	const today = dayFrom(Date.now(), 0);
	const groups = useData<Policy>('/policy?ownership=school', NEVER_MS).value?.groups ?? [];
	const [noticed, setNoticed] = useState(today);
	const [seen, setSeen] = useState(false);
	const earliest = noticed === '' ? today : earliestStart(noticed, noticeDays);
	const ask = async (values: Record<string, string>): Promise<void> => {
		await request('POST', '/exemptions', { group: values.group, terms: termsOf(values, seen) });
		done();
	};
	return (
		<Form action={t('console.exempt.ask.action')} texts={{ refused: 'console.exempt.ask.refused' }} onSubmit={ask}>
			<Choice name="feature" label={t('console.exempt.feature')} words={WORDS.feature} wordOf={(word) => t(`exempt.feature.${word}`)} />
			<Choice name="group" label={t('console.exempt.group')} words={groups.map((row) => row.group)} wordOf={(name) => name} hint={t('console.exempt.group.hint')} />
			<Choice name="purpose" label={t('console.exempt.purpose')} words={WORDS.purpose} wordOf={(word) => t(`exempt.purpose.${word}`)} />
			<Choices name="persons" label={t('console.exempt.persons')} words={WORDS.persons} wordOf={(word) => t(`exempt.person.${word}`)} />
			<label class="check">
				<input type="checkbox" checked={seen} onChange={(event) => setSeen(event.currentTarget.checked)} /> {t('console.exempt.pupils')}
			</label>
			{seen && <Choice name="pupils_reason" label={t('console.exempt.pupils.reason')} words={WORDS.pupils_reason} wordOf={(word) => t(`exempt.purpose.${word}`)} />}
			<Choices name="considered" label={t('console.exempt.considered')} words={WORDS.considered} wordOf={(word) => t(`console.exempt.considered.${word}`)} hint={t('console.exempt.considered.hint')} />
			<Choice name="basis" label={t('console.exempt.basis')} words={WORDS.basis} wordOf={(word) => t(`console.exempt.basis.${word}`)} />
			<Choice name="consent" label={t('console.exempt.consent')} words={WORDS.consent} wordOf={(word) => t(`console.exempt.consent.${word}`)} hint={t('console.exempt.consent.hint')} />
			<Choice name="taking_part" label={t('console.exempt.taking-part')} words={WORDS.taking_part} wordOf={(word) => t(`console.exempt.taking-part.${word}`)} />
			<Choice name="declining" label={t('console.exempt.declining')} words={WORDS.declining} wordOf={(word) => t(`console.exempt.declining.${word}`)} />
			<Input name="notice" label={t('console.exempt.notice')} pattern="[a-z0-9\-]+" length={48} hint={t('console.exempt.notice.hint')} />
			<Input name="noticed" type="date" label={t('console.exempt.noticed')} value={today} max={today} onInput={setNoticed} />
			<Input name="start" type="date" label={t('console.exempt.start')} min={earliest} hint={t('console.exempt.start.hint', { days: noticeDays })} />
			<Input name="end" type="date" label={t('console.exempt.end')} min={earliest} hint={t('console.exempt.end.hint', { days: MOST_DAYS })} />
			<Input name="delete_by" type="date" label={t('console.exempt.delete')} min={earliest} hint={t('console.exempt.delete.hint', { days: MOST_DAYS })} />
			<Choice name="asked_by" label={t('console.exempt.asked-by')} words={WORDS.asked_by} wordOf={(word) => t(`console.exempt.role.${word}`)} />
		</Form>
	);
}
