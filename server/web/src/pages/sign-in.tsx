// SPDX-License-Identifier: Apache-2.0
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { go, safeNext } from '../lib/router';
import { signIn, useSession } from '../lib/session';
import { t } from '../lib/texts';
import { Field, Form } from '../parts/form';
import { Page } from '../parts/page';

export function SignInPage({ next }: { next: string | null }): VNode {
	const session = useSession();
	const signedIn = session?.signed_in === true;
	const [asked, setAsked] = useState(false); // for a code, once the password was right
	const submit = async (values: Record<string, string>): Promise<void> => {
		const done = await signIn(values.name ?? '', values.password ?? '', (values.code ?? '').trim());
		setAsked(!done);
	};
	useEffect(() => {
		if (signedIn) {
			go(safeNext(next), 'replace');
		}
	}, [signedIn, next]);
	return (
		<Page title={t('console.sign-in')} narrow>
			{next !== null && <p class="lead">{t('console.sign-in.next')}</p>}
			{session?.signed_in === false && session.setup && (
				<p class="hint">{t('console.sign-in.setup')}</p>
			)}
			<Form
				action={t('console.sign-in')}
				texts={{ session: 'console.sign-in.wrong', refused: 'console.sign-in.wrong' }}
				onSubmit={submit}
			>
				<Field name="name" label={t('console.name')} complete="username" max={64} />
				<Field name="password" label={t('console.password')} complete="current-password" max={256} />
				{asked && (
					<Field name="code" label={t('console.factor.code')} complete="one-time-code" max={32}
						hint={t('console.sign-in.code')} focus />
				)}
			</Form>
			<p class="hint">{t('console.sign-in.families')} <a href="/documents">{t('console.documents')}</a></p>
		</Page>
	);
}
