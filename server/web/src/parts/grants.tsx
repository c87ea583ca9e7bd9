// SPDX-License-Identifier: Apache-2.0
// A role for the whole school or for one group: said, and chosen.
import type { VNode } from 'preact';
import { t } from '../lib/texts';
import { ROLES, type Grant } from '../lib/types';
import { Choice, Field } from './form';

const GROUP_PATTERN = '[a-z0-9\\-]{1,24}';

export function grantText(grant: Grant): string {
	const role = t(`console.role.${grant.role}`);
	return grant.group === '' ? role : t('console.accounts.in-group', { role, group: grant.group });
}

export function RoleFields(): VNode {
	return (
		<>
			<Choice name="role" label={t('console.accounts.role')} hint={t('console.accounts.role.hint')}
				options={ROLES.map((role) => [role, t(`console.role.${role}`)])} />
			<Field name="group" label={t('console.accounts.group')} max={24} pattern={GROUP_PATTERN}
				hint={t('console.accounts.group.hint')} optional />
		</>
	);
}
