/* SPDX-License-Identifier: Apache-2.0 */
/* cmocka's headers in the order it wants, and what several tests share. */
#pragma once

#include "base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
