# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# packaging/quickstart on a machine with systemd: everything starts, enrols, reports.

check 'quickstart sets the machine up' packaging/quickstart --no-build
