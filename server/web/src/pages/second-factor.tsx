// SPDX-License-Identifier: Apache-2.0
// A second factor: an app that shows codes, and codes on paper for the day the app is lost.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { go } from '../lib/router';
import { findSession, useSession } from '../lib/session';
import { t } from '../lib/texts';
import type { RecoveryCodes, TotpSecret } from '../lib/types';
import { Act } from '../parts/act';
import { Command } from '../parts/command';
import { Field, Form } from '../parts/form';
import { Page } from '../parts/page';
import { Qr } from '../parts/qr';

function Begin({ onSecret }: { onSecret: (secret: TotpSecret) => void }): VNode {
	const submit = async (values: Record<string, string>): Promise<void> => {
		onSecret(await request('POST', '/session/totp', { password: values.password ?? '' }) as TotpSecret);
	};
	return (
		<Form action={t('console.factor.begin')} texts={{ refused: 'console.factor.wrong-password' }} onSubmit={submit}>
			<Field name="password" label={t('console.password')} complete="current-password" max={256} />
		</Form>
	);
}

function Confirm({ secret, onCodes }: { secret: TotpSecret; onCodes: (codes: string[]) => void }): VNode {
	const submit = async (values: Record<string, string>): Promise<void> => {
		const answer = await request('POST', '/session/totp/confirm', { code: (values.code ?? '').replaceAll(' ', '') });
		onCodes((answer as RecoveryCodes).codes);
	};
	return (
		<>
			<p>{t('console.factor.scan')}</p>
			<Qr text={secret.uri} label={t('console.factor.qr')} />
			<p>{t('console.factor.type')}</p>
			<Command text={secret.secret} label={t('console.factor.secret')} />
			<Form action={t('console.factor.confirm')} texts={{ refused: 'console.factor.wrong-code' }} onSubmit={submit}>
				<Field name="code" label={t('console.factor.code')} complete="one-time-code" max={32} />
			</Form>
		</>
	);
}

// Only now, so that the codes stay in sight until they are said to be kept.
async function finish(): Promise<void> {
	await findSession();
	go('/', 'replace');
}

function Codes({ codes }: { codes: string[] }): VNode {
	return (
		<section class="card">
			<h2>{t('console.factor.paper')}</h2>
			<p>{t('console.factor.paper.text')}</p>
			<ul class="codes">{codes.map((code) => <li key={code}><code>{code}</code></li>)}</ul>
			<div class="row">
				<button type="button" class="button" onClick={() => window.print()}>{t('console.print')}</button>
				<Act label={t('console.factor.done')} run={finish} />
			</div>
		</section>
	);
}

export function SecondFactorPage(): VNode {
	const session = useSession();
	const [secret, setSecret] = useState<TotpSecret | null>(null);
	const [codes, setCodes] = useState<string[] | null>(null);
	const state = session?.signed_in === true ? session.second_factor : 'off';
	return (
		<Page title={t('console.factor')} lead={<p>{t(`console.factor.lead.${state}`)}</p>} narrow>
			{codes !== null && <Codes codes={codes} />}
			{codes === null && secret !== null && <Confirm secret={secret} onCodes={setCodes} />}
			{codes === null && secret === null && <Begin onSecret={setSecret} />}
		</Page>
	);
}
