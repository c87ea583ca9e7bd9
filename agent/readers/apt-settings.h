/* SPDX-License-Identifier: Apache-2.0 */
/* What apt.conf(5) says that bears on which version of a package apt would take. */
#pragma once

#include "sysroot.h"

#define APT_SETTINGS_WORD_MAX 255

struct apt_settings {
	char default_release[APT_SETTINGS_WORD_MAX + 1]; /* APT::Default-Release */
	char native[32];				 /* APT::Architecture; empty: dpkg's own */
	char machine_id[APT_SETTINGS_WORD_MAX + 1];	 /* APT::Machine-ID, else the machine's */
	bool phase_policy;				 /* phasing moves the candidate itself */
	bool phase_always;				 /* nothing is put off */
	bool phase_never;				 /* all that is phased is put off */
	bool ignore_hold;
	bool elsewhere; /* apt's own files lie in other places than they do by default */
};

/* 0, APT_PARTS_E_*, -errno */
must_check int apt_settings_read(const struct sysroot *root, struct apt_settings *ret_settings);
