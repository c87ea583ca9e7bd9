// SPDX-License-Identifier: Apache-2.0
// An empty fleet is no error: the page is the step that fills it.
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import { EnrolSteps } from './enrol-steps';
import { Page } from './page';

export function EmptyFleet(): VNode {
	return (
		<Page title={t('console.empty.title')} lead={<p>{t('console.empty.lead')}</p>}>
			<EnrolSteps />
		</Page>
	);
}
