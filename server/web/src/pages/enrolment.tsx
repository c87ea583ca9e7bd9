// SPDX-License-Identifier: Apache-2.0
// How do devices come in? Codes are made on the server for now; this page says how, and no more.
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import { EnrolSteps } from '../parts/enrol-steps';
import { Page } from '../parts/page';

export function EnrolmentPage(): VNode {
	return (
		<Page title={t('console.enrolment')} lead={<p>{t('console.enrolment.lead')}</p>}>
			<EnrolSteps />
		</Page>
	);
}
