/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What xfconfd asks of one tag: at any other it stops, and reads no more of the file (4.18,
 * xfconfd/xfconf-backend-perchannel-xml.c). For xfconf-lex.c alone.
 */
#pragma once

#include "xfconf-lex.h"

bool xfconf_rules_allow(enum xfconf_element element, enum xfconf_attribute attribute);
/* It has what it needs: a name without "/", a type that is known, a value of it, version 1 */
bool xfconf_rules_take(const struct xfconf_tag *tag);
