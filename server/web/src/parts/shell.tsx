// SPDX-License-Identifier: Apache-2.0
// What stands around every page: skip link, navigation, and word of a server that does not answer.
import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { useSilentSince } from '../lib/connection';
import { clockTime } from '../lib/dates';
import { usePlace } from '../lib/router';
import { signOut, useSession } from '../lib/session';
import { t } from '../lib/texts';
import type { Right } from '../lib/types';
import { Logo } from './logo';

interface Place {
	href: string;
	key: string;
	isHere: (path: string) => boolean;
	needs?: Right;
}

const places: Place[] = [
	{ href: '/', key: 'console.nav.fleet', isHere: (path: string) => path === '/' },
	{ href: '/devices', key: 'console.nav.devices', isHere: (path: string) => path.startsWith('/devices'), needs: 'devices' },
	{ href: '/groups', key: 'console.nav.groups', isHere: (path: string) => path === '/groups', needs: 'totals' },
	{ href: '/controls', key: 'console.nav.controls', isHere: (path: string) => path.startsWith('/controls') },
	{ href: '/exemptions', key: 'console.nav.exemptions', isHere: (path: string) => path === '/exemptions', needs: 'devices' },
	{ href: '/policy', key: 'console.nav.policy', isHere: (path: string) => path === '/policy', needs: 'policy-read' },
	{ href: '/duties', key: 'console.nav.duties', isHere: (path: string) => path === '/duties', needs: 'settings-read' },
	{ href: '/documents', key: 'console.nav.documents', isHere: (path: string) => path.startsWith('/documents') },
	{ href: '/breaches', key: 'console.nav.breaches', isHere: (path: string) => path.startsWith('/breaches'), needs: 'breach' },
	{ href: '/enrolment', key: 'console.nav.enrolment', isHere: (path: string) => path === '/enrolment', needs: 'enrol' },
	{ href: '/audit', key: 'console.nav.audit', isHere: (path: string) => path === '/audit', needs: 'audit' },
	{ href: '/accounts', key: 'console.nav.accounts', isHere: (path: string) => path === '/accounts', needs: 'accounts' },
	{ href: '/settings', key: 'console.nav.settings', isHere: (path: string) => path === '/settings', needs: 'settings-read' },
];

function Account({ name }: { name: string }): VNode {
	const [failed, setFailed] = useState(false);
	const leave = (): void => {
		signOut().catch(() => setFailed(true));
	};
	return (
		<div class="account">
			<a class="account-name" href="/account" title={t('console.signed-in-as', { name })}>{name}</a>
			<button type="button" class="link" onClick={leave}>{t('console.sign-out')}</button>
			{failed && <span role="alert" class="account-trouble">{t('console.sign-out-failed')}</span>}
		</div>
	);
}

function Navigation(): VNode {
	const { path } = usePlace();
	const session = useSession();
	const rights = session?.signed_in === true ? session.rights : [];
	return (
		<nav aria-label={t('console.nav')}>
			<ul>
				{places.filter(({ needs }) => needs === undefined || rights.includes(needs)).map((place) => (
					<li key={place.href}>
						<a href={place.href} {...(place.isHere(path) ? { 'aria-current': 'page' as const } : {})}>
							{t(place.key)}
						</a>
					</li>
				))}
			</ul>
		</nav>
	);
}

function SilentBanner(): VNode {
	const since = useSilentSince();
	return (
		<div role="status">
			{since !== null && (
				<p class="banner">{t('console.silent-server', { time: clockTime(since) })}</p>
			)}
		</div>
	);
}

// By hand, so that the address of the page stays as it is.
function skipToMain(event: MouseEvent): void {
	event.preventDefault();
	document.getElementById('main')?.focus();
}

export function Shell({ children }: { children: ComponentChildren }): VNode {
	const session = useSession();
	return (
		<>
			<a class="skip" href="#main" onClick={skipToMain}>{t('console.skip')}</a>
			<header class="top">
				<div class="top-in">
					<a class="brand" href="/"><Logo /> <span>Caretaker</span></a>
					{session?.signed_in === true && <Navigation />}
					{session?.signed_in === true && <Account name={session.name} />}
				</div>
			</header>
			<SilentBanner />
			<main id="main" tabIndex={-1}>{children}</main>
			<footer class="foot"><p>{t('console.footer')}</p></footer>
		</>
	);
}
