// SPDX-License-Identifier: Apache-2.0
import { render } from 'preact';
import './styles/index.css';
import { App } from './app';
import { startRouter } from './lib/router';

startRouter();
const root = document.getElementById('app');
if (root) {
	render(<App />, root);
}
