/* SPDX-License-Identifier: Apache-2.0 */
/* Whether security fixes install by themselves, asked of one package manager each. */
#pragma once

#include "check.h"

/* apt with unattended-upgrades: /usr/lib/apt/apt.systemd.daily and its man page's settings */
must_check int auto_updates_judge_apt(const struct sysroot *root, struct verdict *v);
/* dnf-automatic(8), dnf5-automatic(8) */
must_check int auto_updates_judge_dnf(const struct sysroot *root, struct verdict *v);
/* openSUSE: os-update, transactional-update, or YaST's online update (/etc/sysconfig) */
must_check int auto_updates_judge_zypper(const struct sysroot *root, struct verdict *v);
/* Beside any of them: leaves v as it is unless snaps are held back, or that cannot be seen. */
must_check int auto_updates_judge_snap(const struct check_ctx *ctx, struct verdict *v);
/* rpm-ostreed.conf(5), bootc's timer, zincati */
must_check int auto_updates_judge_image(const struct sysroot *root, struct verdict *v);
/* "${distro_id}:${distro_codename}-security": an entry of Allowed-Origins takes security fixes. */
bool auto_updates_origin_secure(const char *entry);
/* "origin=Debian,label=Debian-Security": so does one of Origins-Pattern. */
bool auto_updates_pattern_secure(const char *entry);
