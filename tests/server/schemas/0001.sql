-- SPDX-License-Identifier: Apache-2.0
-- A store as the first version of the schema had it, with what three devices and an administrator made.
-- Kept as it is: every later program must be able to take it over.
CREATE TABLE tokens (
	site TEXT NOT NULL,
	hash TEXT NOT NULL,
	ownership TEXT NOT NULL,
	team TEXT NOT NULL,
	uses_left BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	PRIMARY KEY (site, hash)
);

CREATE TABLE teams (
	site TEXT NOT NULL,
	name TEXT NOT NULL,
	last_number BIGINT NOT NULL,
	PRIMARY KEY (site, name)
);

CREATE TABLE devices (
	site TEXT NOT NULL,
	id TEXT NOT NULL,
	public_key TEXT NOT NULL,
	ownership TEXT NOT NULL,
	team TEXT NOT NULL,
	number BIGINT NOT NULL,
	enrolled BIGINT NOT NULL,
	heard BIGINT,
	confirmed BIGINT,
	sequence BIGINT NOT NULL,
	policy BIGINT NOT NULL,
	posture TEXT NOT NULL,
	failing BIGINT NOT NULL,
	unknown BIGINT NOT NULL,
	worst TEXT,
	want TEXT NOT NULL,
	PRIMARY KEY (site, id)
);
CREATE UNIQUE INDEX devices_key ON devices (site, public_key);
CREATE UNIQUE INDEX devices_label ON devices (site, team, number);
CREATE INDEX devices_posture ON devices (site, posture, heard);

CREATE TABLE controls (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	control TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	since BIGINT NOT NULL,
	answered BIGINT NOT NULL,
	sequence BIGINT NOT NULL,
	PRIMARY KEY (site, device, control)
);
CREATE INDEX controls_state ON controls (site, control, state, device);
CREATE INDEX controls_since ON controls (site, state, since);

CREATE TABLE history (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	at BIGINT NOT NULL,
	control TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL
);
CREATE INDEX history_device ON history (site, device, at);

CREATE TABLE reports (
	site TEXT NOT NULL,
	device TEXT NOT NULL,
	sequence BIGINT NOT NULL,
	hash TEXT NOT NULL,
	want TEXT NOT NULL,
	PRIMARY KEY (site, device, sequence)
);

-- How many devices were in which state on a day: subject '' is the fleet, else a control.
CREATE TABLE days (
	site TEXT NOT NULL,
	day BIGINT NOT NULL,
	subject TEXT NOT NULL,
	state TEXT NOT NULL,
	devices BIGINT NOT NULL,
	PRIMARY KEY (site, subject, day, state)
);

CREATE TABLE admins (
	site TEXT NOT NULL,
	name TEXT NOT NULL,
	salt TEXT NOT NULL,
	hash TEXT NOT NULL,
	cost_n BIGINT NOT NULL,
	cost_r BIGINT NOT NULL,
	cost_p BIGINT NOT NULL,
	PRIMARY KEY (site, name)
);

CREATE TABLE sessions (
	site TEXT NOT NULL,
	hash TEXT NOT NULL,
	admin TEXT NOT NULL,
	started BIGINT NOT NULL,
	seen BIGINT NOT NULL,
	PRIMARY KEY (site, hash)
);

CREATE TABLE links (
	site TEXT NOT NULL,
	hash TEXT NOT NULL,
	expires BIGINT NOT NULL,
	used BIGINT NOT NULL,
	PRIMARY KEY (site, hash)
);

CREATE TABLE policies (
	site TEXT NOT NULL,
	ownership TEXT NOT NULL,
	version BIGINT NOT NULL,
	name TEXT NOT NULL,
	source TEXT NOT NULL,
	content TEXT NOT NULL,
	expires BIGINT NOT NULL,
	jws TEXT NOT NULL,
	PRIMARY KEY (site, ownership, version)
);

-- What the newest policy of an ownership says of a control; rank orders severities, 0 is worst.
CREATE TABLE severities (
	site TEXT NOT NULL,
	ownership TEXT NOT NULL,
	control TEXT NOT NULL,
	severity TEXT NOT NULL,
	rank BIGINT NOT NULL,
	PRIMARY KEY (site, ownership, control)
);

-- Append only; hash = SHA-256 over the row and the hash before it.
CREATE TABLE audit (
	site TEXT NOT NULL,
	n BIGINT NOT NULL,
	at BIGINT NOT NULL,
	who TEXT NOT NULL,
	action TEXT NOT NULL,
	object TEXT NOT NULL,
	hash TEXT NOT NULL,
	PRIMARY KEY (site, n)
);
CREATE TABLE schema_version (version BIGINT NOT NULL);
INSERT INTO schema_version VALUES (1);
INSERT INTO admins (site, name, salt, hash, cost_n, cost_r, cost_p) VALUES ('main', 'ann', 'ak22cPuaNxg7JPpIhxNfmg', 'HcVcDgsOkD3vc3oM1Jb6nIjIJrdY0Diq5tB_aCQOdLc', 32768, 8, 1);
INSERT INTO audit (site, n, at, who, action, object, hash) VALUES ('main', 1, 1795347736, 'console', 'token', 'lab', 'DdeRERxw_QiWDMq1qXRxgbPgosgMr5CzoLLxNM-lTCY');
INSERT INTO audit (site, n, at, who, action, object, hash) VALUES ('main', 2, 1795347737, 'console', 'token', 'lab', 'iUIPb27E_gKIC8kOWxscpYu_23HueLV7t4mKjAjPpQY');
INSERT INTO audit (site, n, at, who, action, object, hash) VALUES ('main', 3, 1795347737, 'console', 'token', 'families', 'Ko8MY6TQQhGSy98slIhjBd_PngM-GwNLslY2AB_GgoA');
INSERT INTO audit (site, n, at, who, action, object, hash) VALUES ('main', 4, 1795347738, 'console', 'admin-link', '', 'i6q0m63CSH3LYF_DtxSBNahwmA5YYYyoBXN3wMGOYTQ');
INSERT INTO audit (site, n, at, who, action, object, hash) VALUES ('main', 5, 1795347739, 'ann', 'setup', '', '_2qZlTVx_mvYvACOaCTEn6pE1TMN8xILO2tQLAepE18');
INSERT INTO audit (site, n, at, who, action, object, hash) VALUES ('main', 6, 1795347741, 'console', 'admin-link', '', '9vXELMjSw2xVYxs5LLm4xjgLr5Z875x0HIQG8m1oalw');
INSERT INTO controls (site, device, control, state, reason, since, answered, sequence) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 'disk.encrypted', 'pass', 'index-fresh', 1795345200, 1795345200, 3);
INSERT INTO controls (site, device, control, state, reason, since, answered, sequence) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 'patch.index-fresh', 'pass', 'index-fresh', 1795334400, 1795345200, 1);
INSERT INTO controls (site, device, control, state, reason, since, answered, sequence) VALUES ('main', 'itx8mTTWz6lEqdynmaQ75A', 'patch.index-fresh', 'pass', 'index-fresh', 1795334400, 1795345200, 1);
INSERT INTO controls (site, device, control, state, reason, since, answered, sequence) VALUES ('main', 'MKKgT5d2X2VTaskMJyAPzw', 'disk.encrypted', 'fail', 'not-encrypted', 1793059200, 1795305600, 1);
INSERT INTO devices (site, id, public_key, ownership, team, number, enrolled, heard, confirmed, sequence, policy, posture, failing, unknown, worst, want) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 'NnhMbqh25j9fagOU1jlvoydXI1vt2ZQ825wbQss8wtu8EH5tDW0E3q5DHx13kAgoZiVmoAtZmf96R2lOmUT2PQ', 'school', 'lab', 1, 1795345200, 1795345200, 1795345200, 3, 1, 'passing', 0, 0, NULL, 'delta');
INSERT INTO devices (site, id, public_key, ownership, team, number, enrolled, heard, confirmed, sequence, policy, posture, failing, unknown, worst, want) VALUES ('main', 'itx8mTTWz6lEqdynmaQ75A', '-SWqN8Rzi2r1h6OuXPxLIMgSMrLiO5EeS3h3pVQlctBjJIY-xwiej0gYEAXt7m8ljdJ49Iv3PdWIOoal_FdrPw', 'school', 'lab', 2, 1795345200, 1795345200, 1795345200, 2, 1, 'passing', 0, 0, NULL, 'delta');
INSERT INTO devices (site, id, public_key, ownership, team, number, enrolled, heard, confirmed, sequence, policy, posture, failing, unknown, worst, want) VALUES ('main', 'MKKgT5d2X2VTaskMJyAPzw', 'plGG3gh6dYBfpY5z1665W_pLQPS8vgr5Q0PJtytbCh1pRgI52sV9GxaR8jE-VCNd0lob5dq-oOXghWOJPKu7AQ', 'private', 'families', 1, 1795305600, 1795305600, 1795305600, 2, 1, 'failing', 1, 0, 'disk.encrypted', 'delta');
INSERT INTO history (site, device, at, control, state, reason) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 1795251600, 'disk.encrypted', 'fail', 'not-encrypted');
INSERT INTO history (site, device, at, control, state, reason) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 1795334400, 'patch.index-fresh', 'pass', 'index-fresh');
INSERT INTO history (site, device, at, control, state, reason) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 1795345200, 'disk.encrypted', 'pass', 'index-fresh');
INSERT INTO history (site, device, at, control, state, reason) VALUES ('main', 'itx8mTTWz6lEqdynmaQ75A', 1795334400, 'patch.index-fresh', 'pass', 'index-fresh');
INSERT INTO history (site, device, at, control, state, reason) VALUES ('main', 'MKKgT5d2X2VTaskMJyAPzw', 1793059200, 'disk.encrypted', 'fail', 'not-encrypted');
INSERT INTO links (site, hash, expires, used) VALUES ('main', 'ADFir9mUTZmf8x9fIr5SGIeQN2M2aezmHGGmJKiMRn8', 1795434138, 1);
INSERT INTO links (site, hash, expires, used) VALUES ('main', 'D1btyczZpMshDUjzFx6lXazmQicyfulHN55oTEgBhag', 1795434141, 0);
INSERT INTO policies (site, ownership, version, name, source, content, expires, jws) VALUES ('main', 'school', 1, 'school', 'baseline', 'x', 1829907735, 'x.y.z');
INSERT INTO policies (site, ownership, version, name, source, content, expires, jws) VALUES ('main', 'private', 1, 'home', 'baseline', 'x', 1829907735, 'x.y.z');
INSERT INTO reports (site, device, sequence, hash, want) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 1, '9Qkdj35cz739lSwVPnytq6dcYQUSWNcW2LTO3g1Jv78', 'delta');
INSERT INTO reports (site, device, sequence, hash, want) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 2, 'PtmaUpsdy8gPsSRzMQbaXV0BEgWk2Pz7OTspAB-Km14', 'delta');
INSERT INTO reports (site, device, sequence, hash, want) VALUES ('main', 'K3Mk7clR5y87RUbAGeoOQQ', 3, 'J6zT4PlU5VerRGc0rG_egbUK468b3L9v82Ikzg4HjLA', 'delta');
INSERT INTO reports (site, device, sequence, hash, want) VALUES ('main', 'itx8mTTWz6lEqdynmaQ75A', 1, 'YMgKZBtN9BUijsGcgLhHZkfgyJzsQwoo1mtdX6NaxSg', 'delta');
INSERT INTO reports (site, device, sequence, hash, want) VALUES ('main', 'itx8mTTWz6lEqdynmaQ75A', 2, '927lOc6aOZSFSGPKYY9im4mhNYBWqwIyHNRxoAP5P3s', 'delta');
INSERT INTO reports (site, device, sequence, hash, want) VALUES ('main', 'MKKgT5d2X2VTaskMJyAPzw', 1, 'n51zmxp_Cg5Ygfu3D9b4gVUMlh7z1AzehUWNBKk5Pjg', 'delta');
INSERT INTO reports (site, device, sequence, hash, want) VALUES ('main', 'MKKgT5d2X2VTaskMJyAPzw', 2, '1UiG9Y_fBVgLk95XRBgFTEQq-W2jCLfhup_inwho--k', 'delta');
INSERT INTO sessions (site, hash, admin, started, seen) VALUES ('main', 'KaUUo8QyXMV3YzVkHKVzrdeq8CSIPESw1fiRFoCfbg8', 'ann', 1795347739, 1795347739);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'agent.integrity', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'agent.no-surveillance', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'agent.offline-queue', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'agent.report-minimal', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'agent.uninstall-clean', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'auth.lockout', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'auth.mfa-local', 'info', 4);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'auth.no-autologin', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'auth.no-empty-password', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'auth.password-quality', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'auth.standard-user', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'auth.sudo-needs-password', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'av.no-autostart', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'boot.secure', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'conf.approved-clients', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'conf.camera-mic-gate', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'conf.diagnostics-off', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'conf.join-muted', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'conf.local-recording-off', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'conf.location-off', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'conf.required-cookies', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'conf.screen-capture-gate', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'content.filter-present', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'content.no-bypass', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'content.safe-search', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'disk.backup-exists', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'disk.encrypted', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'disk.swap-encrypted', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'exempt.expiry', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'fw.inbound-default-deny', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'fw.ipv6-covered', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'fw.open-services', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'fw.persistent', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'lock.idle', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'lock.suspend', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'malware.av-active', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'malware.confinement', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'malware.on-access', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'malware.regular-scan', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'malware.signature-age', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.auto-updates', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.browser', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.conferencing-client', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.firmware', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.index-fresh', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.os-supported', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.reboot-pending', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.security-updates', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'patch.trusted-sources', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'rec.encrypted', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'rec.not-synced', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'rec.permissions', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'rec.present', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'rec.screen-recorders', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'remote.desktop-tools', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'remote.legacy', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'remote.ssh-hardened', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'usb.no-autorun', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'vpn.full-tunnel', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'vpn.on-untrusted', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'web.download-guard', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'web.extensions', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'web.https-first', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'web.safe-browsing', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'wifi.saved-open', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'school', 'wifi.strong-encryption', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'agent.integrity', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'agent.no-surveillance', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'agent.offline-queue', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'agent.report-minimal', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'agent.uninstall-clean', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'auth.lockout', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'auth.mfa-local', 'info', 4);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'auth.no-autologin', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'auth.no-empty-password', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'auth.password-quality', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'auth.standard-user', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'auth.sudo-needs-password', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'av.no-autostart', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'boot.secure', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'conf.approved-clients', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'conf.camera-mic-gate', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'conf.diagnostics-off', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'conf.join-muted', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'conf.local-recording-off', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'conf.location-off', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'conf.required-cookies', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'conf.screen-capture-gate', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'content.filter-present', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'content.no-bypass', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'content.safe-search', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'disk.backup-exists', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'disk.encrypted', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'disk.swap-encrypted', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'exempt.expiry', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'fw.inbound-default-deny', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'fw.ipv6-covered', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'fw.open-services', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'fw.persistent', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'lock.idle', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'lock.suspend', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'malware.av-active', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'malware.confinement', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'malware.on-access', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'malware.regular-scan', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'malware.signature-age', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.auto-updates', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.browser', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.conferencing-client', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.firmware', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.index-fresh', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.os-supported', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.reboot-pending', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.security-updates', 'critical', 0);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'patch.trusted-sources', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'rec.encrypted', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'rec.not-synced', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'rec.permissions', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'rec.present', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'rec.screen-recorders', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'remote.desktop-tools', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'remote.legacy', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'remote.ssh-hardened', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'usb.no-autorun', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'vpn.full-tunnel', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'vpn.on-untrusted', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'web.download-guard', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'web.extensions', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'web.https-first', 'low', 3);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'web.safe-browsing', 'high', 1);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'wifi.saved-open', 'medium', 2);
INSERT INTO severities (site, ownership, control, severity, rank) VALUES ('main', 'private', 'wifi.strong-encryption', 'high', 1);
INSERT INTO teams (site, name, last_number) VALUES ('main', 'lab', 2);
INSERT INTO teams (site, name, last_number) VALUES ('main', 'families', 1);
INSERT INTO tokens (site, hash, ownership, team, uses_left, expires) VALUES ('main', 'TZs9pB1qITJc_h0IS-nIRYhYZKpTffO5kNzv6GXdnmQ', 'school', 'lab', 0, 1795952536);
INSERT INTO tokens (site, hash, ownership, team, uses_left, expires) VALUES ('main', '7ym7d-46LDE55Oar9p6TA6mAFpxrGV9V3ovcJlH-_zc', 'school', 'lab', 0, 1795952537);
INSERT INTO tokens (site, hash, ownership, team, uses_left, expires) VALUES ('main', '6YL_BCxaj4jyy_kkcxaP6ZmUEi66G2o_jP0azyiAvIo', 'private', 'families', 0, 1795952537);
