// SPDX-License-Identifier: Apache-2.0
// How do devices come in? Codes: made, handed on as text, QR code or a page on paper, and revoked.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { useData } from '../lib/data';
import { dayOf } from '../lib/dates';
import { t } from '../lib/texts';
import type { Codes, MadeCode } from '../lib/types';
import { Act } from '../parts/act';
import { Command } from '../parts/command';
import { Choice, Field, Form } from '../parts/form';
import { Handout } from '../parts/handout';
import { Await } from '../parts/notice';
import { Page } from '../parts/page';
import { Qr } from '../parts/qr';

const EVERY_MS = 30_000;
const JOIN = 'caretaker enrol';

interface Made extends MadeCode {
	ownership: string;
}

function Make({ onMade }: { onMade: (made: Made) => void }): VNode {
	const submit = async (values: Record<string, string>): Promise<void> => {
		const ownership = values.ownership ?? 'school';
		const made = await request('POST', '/codes', {
			ownership, group: values.group ?? '', uses: Number(values.uses), days: Number(values.days),
		}) as MadeCode;
		onMade({ ...made, ownership });
	};
	return (
		<section>
			<h2>{t('console.enrol.make')}</h2>
			<Form action={t('console.enrol.make')} texts={{}} onSubmit={submit}>
				<Choice name="ownership" label={t('console.codes.ownership')} hint={t('console.codes.ownership.hint')}
					options={[['school', t('console.ownership.school')], ['private', t('console.ownership.private')]]} />
				<Field name="group" label={t('console.accounts.group')} max={24} pattern="[a-z0-9\-]{1,24}"
					hint={t('console.codes.group.hint')} />
				<Field name="uses" label={t('console.codes.uses')} max={6} pattern="[1-9][0-9]{0,4}|100000" value="1" numeric />
				<Field name="days" label={t('console.codes.days')} max={3} pattern="[1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-5]" value="14" numeric />
			</Form>
		</section>
	);
}

function Fresh({ made }: { made: Made }): VNode {
	return (
		<section class="card fresh" aria-labelledby="fresh">
			<div class="no-print">
				<h2 id="fresh">{t('console.codes.fresh')}</h2>
				<p>{t('console.codes.once')}</p>
				<Command text={made.code} label={t('console.codes.code')} />
				<Qr text={made.code} label={t('console.codes.qr')} />
				<p>{t('console.enrol.join.text')}</p>
				<Command text={JOIN} label={t('console.enrol.join')} />
				<p class="hint">{t('console.enrol.join.hint')}</p>
			</div>
			<Handout code={made.code} expires={made.expires} own={made.ownership === 'private'} />
		</section>
	);
}

function List({ list, onDone }: { list: Codes; onDone: () => void }): VNode {
	if (list.codes.length === 0) {
		return <p>{t('console.codes.none')}</p>;
	}
	return (
		<table class="table stack">
			<caption>{t('console.codes')}</caption>
			<thead>
				<tr>
					<th scope="col">{t('console.accounts.group')}</th>
					<th scope="col">{t('console.codes.state')}</th>
					<th scope="col">{t('console.codes.left')}</th>
					<th scope="col">{t('console.codes.until')}</th>
					<th scope="col">{t('console.codes.revoke')}</th>
				</tr>
			</thead>
			<tbody>
				{list.codes.map((code) => (
					<tr key={code.id}>
						<th scope="row">{code.group}<span class="cell-sub">{t(`console.ownership.${code.ownership}`)}</span></th>
						<td data-label={t('console.codes.state')}>{t(`console.codes.state.${code.state}`)}</td>
						<td data-label={t('console.codes.left')}>{t('console.codes.of', { n: code.uses_left, of: code.uses })}</td>
						<td data-label={t('console.codes.until')}>{dayOf(code.expires)}</td>
						<td>
							<Act label={t('console.codes.revoke')} sure={t('console.codes.revoke.sure')}
								run={async () => { await request('DELETE', `/codes/${code.id}`); onDone(); }} />
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

export function EnrolmentPage(): VNode {
	const data = useData<Codes>('/codes', EVERY_MS);
	const [made, setMade] = useState<Made | null>(null);
	const onMade = (code: Made): void => {
		setMade(code);
		data.reload();
	};
	return (
		<Page title={t('console.enrolment')} lead={<p class="no-print">{t('console.enrolment.lead')}</p>}>
			<div role="status">{made !== null && <Fresh key={made.id} made={made} />}</div>
			<div class="no-print">
				<Make onMade={onMade} />
				<Await data={data}>{(list) => <List list={list} onDone={data.reload} />}</Await>
			</div>
		</Page>
	);
}
