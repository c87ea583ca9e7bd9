// SPDX-License-Identifier: Apache-2.0
// Which page an address shows. Everything but sign-in and setup needs a session.
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { go, usePlace, type Place } from './lib/router';
import { findSession, useSession } from './lib/session';
import { loadTexts } from './lib/texts';
import { AccountPage } from './pages/account';
import { AccountsPage } from './pages/accounts';
import { AuditPage } from './pages/audit';
import { BreachPage } from './pages/breach';
import { BreachesPage } from './pages/breaches';
import { ControlPage } from './pages/control';
import { ControlsPage } from './pages/controls';
import { DevicePage } from './pages/device';
import { DevicesPage } from './pages/devices';
import { DocumentPage } from './pages/document';
import { DocumentsPage } from './pages/documents';
import { DutiesPage } from './pages/duties';
import { EnrolmentPage } from './pages/enrolment';
import { ExemptionsPage } from './pages/exemptions';
import { FleetPage } from './pages/fleet';
import { GroupsPage } from './pages/groups';
import { MissingPage } from './pages/missing';
import { PolicyPage } from './pages/policy';
import { SecondFactorPage } from './pages/second-factor';
import { SettingsPage } from './pages/settings';
import { SetupPage } from './pages/setup';
import { SignInPage } from './pages/sign-in';
import { StartTrouble } from './pages/start-trouble';
import { Shell } from './parts/shell';

const START_AGAIN_MS = 5000;

interface Route {
	pattern: RegExp;
	open?: boolean; // also without a session
	page: (place: Place, id: string) => VNode;
}

const routes: Route[] = [
	{ pattern: /^\/$/, page: () => <FleetPage key="fleet" /> },
	{ pattern: /^\/account$/, page: () => <AccountPage key="account" /> },
	{ pattern: /^\/accounts$/, page: () => <AccountsPage key="accounts" /> },
	{ pattern: /^\/audit$/, page: (place) => <AuditPage key="audit" query={place.query} /> },
	{ pattern: /^\/breaches$/, page: (place) => <BreachesPage key="breaches" query={place.query} /> },
	{ pattern: /^\/breaches\/([1-9][0-9]{0,8})$/, page: (_place, id) => <BreachPage key={id} id={id} /> },
	{ pattern: /^\/controls$/, page: () => <ControlsPage key="controls" /> },
	{
		pattern: /^\/controls\/([a-z0-9-]+\/[a-z0-9-]+)$/,
		page: (_place, name) => <ControlPage key={name} id={name.replace('/', '.')} />,
	},
	{ pattern: /^\/devices$/, page: (place) => <DevicesPage key="devices" query={place.query} /> },
	{ pattern: /^\/devices\/([A-Za-z0-9_-]{22})$/, page: (_place, id) => <DevicePage key={id} id={id} /> },
	{ pattern: /^\/documents$/, open: true, page: () => <DocumentsPage key="documents" /> },
	{
		pattern: /^\/documents\/([a-z-]+)$/, open: true,
		page: (place, name) => <DocumentPage key={name} name={name} query={place.query} />,
	},
	{ pattern: /^\/duties$/, page: () => <DutiesPage key="duties" /> },
	{ pattern: /^\/enrolment$/, page: () => <EnrolmentPage key="enrolment" /> },
	{ pattern: /^\/exemptions$/, page: () => <ExemptionsPage key="exemptions" /> },
	{ pattern: /^\/policy$/, page: (place) => <PolicyPage key="policy" query={place.query} /> },
	{ pattern: /^\/second-factor$/, page: () => <SecondFactorPage key="second-factor" /> },
	{ pattern: /^\/groups$/, page: () => <GroupsPage key="groups" /> },
	{ pattern: /^\/settings$/, page: () => <SettingsPage key="settings" /> },
	{ pattern: /^\/setup$/, open: true, page: () => <SetupPage key="setup" /> },
	{ pattern: /^\/sign-in$/, open: true, page: (place) => <SignInPage key="sign-in" next={place.query.get('next')} /> },
];

function findPage(place: Place): { route: Route; id: string } | null {
	for (const route of routes) {
		const match = route.pattern.exec(place.path);
		if (match) {
			return { route, id: match[1] ?? '' };
		}
	}
	return null;
}

// Texts and session, asked again until the server answers. Null once both are there.
function useStart(): 'asking' | 'failed' | null {
	const [state, setState] = useState<'asking' | 'failed' | null>('asking');
	useEffect(() => {
		let timer = 0;
		const ask = (): void => {
			Promise.all([loadTexts(), findSession()]).then(() => setState(null), () => {
				setState('failed');
				timer = window.setTimeout(ask, START_AGAIN_MS);
			});
		};
		ask();
		return () => window.clearTimeout(timer);
	}, []);
	return state;
}

function Pages(): VNode | null {
	const place = usePlace();
	const session = useSession();
	const found = findPage(place);
	const mustSignIn = session?.signed_in === false && found?.route.open !== true;
	useEffect(() => {
		if (mustSignIn) {
			const next = place.address === '/' ? '' : `?next=${encodeURIComponent(place.address)}`;
			go(`/sign-in${next}`, 'replace');
		}
	}, [mustSignIn, place.address]);
	// An administrator without a second factor sees the page that begins one, whatever was asked for.
	if (session?.signed_in === true && session.second_factor === 'wanted' && found?.route.open !== true) {
		return <SecondFactorPage key="second-factor" />;
	}
	if (mustSignIn) {
		return null;
	}
	return found ? found.route.page(place, found.id) : <MissingPage key={place.path} />;
}

export function App(): VNode | null {
	const start = useStart();
	if (start === 'asking') {
		return null;
	}
	return start === 'failed' ? <StartTrouble /> : <Shell><Pages /></Shell>;
}
