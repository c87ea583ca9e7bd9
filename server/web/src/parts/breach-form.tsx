// SPDX-License-Identifier: Apache-2.0
// Opening a file, in a minute: what, when, which devices. No names of pupils.
import type { VNode } from 'preact';
import { request } from '../lib/api';
import { go } from '../lib/router';
import { instantOf, KINDS, labelsOf, localOf, type Breach } from '../lib/school';
import { t } from '../lib/texts';
import { Choice, Input } from './choice';
import { Form } from './form';

export function BreachForm({ query }: { query: URLSearchParams }): VNode {
	const now = localOf(Date.now());
	const asked = query.get('kind');
	const kinds = [...KINDS].sort((a, b) => Number(b === asked) - Number(a === asked));
	const open = async (values: Record<string, string>): Promise<void> => {
		const made = await request('POST', '/breaches', {
			kind: values.kind, devices: labelsOf(values.devices ?? ''),
			happened: instantOf(values.happened ?? ''), known: instantOf(values.known ?? ''),
		}) as Breach;
		go(`/breaches/${made.id}`);
	};
	return (
		<Form action={t('console.breach.open.action')} texts={{ refused: 'console.breach.open.refused' }} onSubmit={open}>
			<Choice name="kind" label={t('console.breach.kind')} words={kinds} wordOf={(word) => t(`console.breach.kind.${word}`)} />
			<Input name="happened" type="datetime-local" label={t('console.breach.happened')} value={now} max={now} hint={t('console.breach.happened.hint')} />
			<Input name="known" type="datetime-local" label={t('console.breach.known')} value={now} max={now} hint={t('console.breach.known.hint')} />
			<Input name="devices" must={false} label={t('console.breach.devices')} value={query.get('device') ?? ''} length={4000} hint={t('console.breach.devices.hint')} />
		</Form>
	);
}
