// SPDX-License-Identifier: Apache-2.0
// The first administrator, from the one-time link /setup#SECRET. What stands behind # is never in a
// request for a page, so no log has it; it goes to the server once, in the body.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { go } from '../lib/router';
import { setUp } from '../lib/session';
import { t } from '../lib/texts';
import { Field, Form } from '../parts/form';
import { Page } from '../parts/page';

const NAME_PATTERN = '[A-Za-z0-9._@\\-]{1,64}';
export const PASSWORD_MIN = 12;

export function SetupPage(): VNode {
	const [link] = useState(() => location.hash.slice(1));
	const submit = async (values: Record<string, string>): Promise<void> => {
		await setUp(link, values.name ?? '', values.password ?? '');
		go('/', 'replace');
	};
	if (link === '') {
		return (
			<Page title={t('console.setup')} narrow>
				<p>{t('console.setup.no-link')}</p>
				<p><a class="button" href="/sign-in">{t('console.sign-in')}</a></p>
			</Page>
		);
	}
	return (
		<Page title={t('console.setup')} lead={t('console.setup.lead')} narrow>
			<Form
				action={t('console.setup.action')}
				texts={{ session: 'console.setup.used', missing: 'console.setup.used', refused: 'console.setup.refused' }}
				onSubmit={submit}
			>
				<Field name="name" label={t('console.name')} complete="username" max={64}
					pattern={NAME_PATTERN} hint={t('console.setup.name-hint')} />
				<Field name="password" label={t('console.password')} complete="new-password" max={256}
					min={PASSWORD_MIN} hint={t('console.setup.password-hint', { n: PASSWORD_MIN })} />
			</Form>
		</Page>
	);
}
