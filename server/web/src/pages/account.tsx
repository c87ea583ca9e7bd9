// SPDX-License-Identifier: Apache-2.0
// One's own: what one may do here, a new password, the second factor, and leaving.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { request } from '../lib/api';
import { useSession } from '../lib/session';
import { t } from '../lib/texts';
import { Field, Form } from '../parts/form';
import { grantText } from '../parts/grants';
import { Page } from '../parts/page';
import { PASSWORD_MIN } from './setup';

function NewPassword(): VNode {
	const [times, setTimes] = useState(0); // a new form each time: nothing typed stays in it
	const submit = async (values: Record<string, string>): Promise<void> => {
		await request('POST', '/session/password', { password: values.password ?? '', new_password: values.next ?? '' });
		setTimes(times + 1);
	};
	return (
		<section class="card" aria-labelledby="new-password">
			<h2 id="new-password">{t('console.account.password')}</h2>
			<p role="status">{times > 0 && t('console.account.password.done')}</p>
			<Form key={times} action={t('console.account.password.action')} texts={{ refused: 'console.factor.wrong-password' }} onSubmit={submit}>
				<Field name="password" label={t('console.account.password.present')} complete="current-password" max={256} />
				<Field name="next" label={t('console.account.password.next')} complete="new-password" max={256} min={PASSWORD_MIN}
					hint={t('console.setup.password-hint', { n: PASSWORD_MIN })} />
			</Form>
			<p class="hint">{t('console.account.password.hint')}</p>
		</section>
	);
}

export function AccountPage(): VNode | null {
	const session = useSession();
	if (session?.signed_in !== true) {
		return null;
	}
	const on = session.second_factor === 'on';
	return (
		<Page title={t('console.account')} lead={<p>{t('console.signed-in-as', { name: session.name })}</p>} narrow>
			<section class="card" aria-labelledby="own-roles">
				<h2 id="own-roles">{t('console.account.roles')}</h2>
				<ul class="lines">
					{session.grants.map((grant) => <li key={grant.group}><span class="line-main">{grantText(grant)}</span></li>)}
				</ul>
			</section>
			<section class="card" aria-labelledby="own-factor">
				<h2 id="own-factor">{t('console.factor')}</h2>
				<p>{t(`console.factor.lead.${session.second_factor}`)}</p>
				<p><a class="button" href="/second-factor">{t(on ? 'console.account.factor.anew' : 'console.factor.begin')}</a></p>
			</section>
			<NewPassword />
		</Page>
	);
}
