/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot.secure: the firmware starts nothing that is not signed. Judged as Linux judges it
 * (drivers/firmware/efi/libstub/secureboot.c): on, not in setup mode, and shim not told to let
 * everything pass.
 */
#include "check.h"

#include <string.h>

#define EFIVARS "sys/firmware/efi/efivars/"
#define GLOBAL "-8be4df61-93ca-11d2-aa0d-00e098032b8c" /* UEFI 2.10, 3.3 */
#define SHIM "-605dab50-e046-4300-abb6-3dd810dd8b23"
#define VARIABLE_MAX ((size_t)4096)
#define VARIABLE_LEN 5		 /* four bytes of attributes, one of value (efivarfs) */
#define ATTRIBUTE_NON_VOLATILE 1 /* in the first of them: somebody other than shim wrote it */

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "sys/firmware/efi/efivars"},
};

enum flag { FLAG_ABSENT, FLAG_OFF, FLAG_ON, FLAG_REFUSED, FLAG_DAMAGED };

static int flag_read(
	const struct sysroot *root, const char *path, bool volatile_only, enum flag *ret_flag)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, VARIABLE_MAX, &bytes, &len);

	if (r == -ENOMEM) {
		return r;
	}
	if (r == FD_E_MISSING) {
		*ret_flag = FLAG_ABSENT;
	} else if (r == -EACCES || r == -EPERM) {
		*ret_flag = FLAG_REFUSED;
	} else if (r != 0 || len != VARIABLE_LEN || (uint8_t)bytes[4] > 1) {
		*ret_flag = FLAG_DAMAGED;
	} else {
		bool counts = !volatile_only || !(bytes[0] & ATTRIBUTE_NON_VOLATILE);

		*ret_flag = bytes[4] && counts ? FLAG_ON : FLAG_OFF;
	}
	return 0;
}

static int judge(enum flag secure, enum flag setup, enum flag shim_off, struct verdict *v)
{
	if (secure == FLAG_OFF || setup == FLAG_ON || shim_off == FLAG_ON) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_SECURE_BOOT_OFF);
	}
	if (secure == FLAG_REFUSED || setup == FLAG_REFUSED || shim_off == FLAG_REFUSED) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (secure == FLAG_DAMAGED || setup == FLAG_DAMAGED || shim_off == FLAG_DAMAGED) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	if (secure == FLAG_ABSENT) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	return verdict_set(v, POSTURE_PASS, POSTURE_SECURE_BOOT_ON);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	enum flag secure = FLAG_ABSENT, setup = FLAG_ABSENT, shim_off = FLAG_ABSENT;
	int r;

	if (policy_owner(ctx->policy) == POLICY_PRIVATE) {
		return verdict_set(v, POSTURE_NA, POSTURE_PRIVATE_DEVICE);
	}
	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	if (!sysroot_exists(ctx->root, "sys/firmware/efi")) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LEGACY_BOOT);
	}
	r = flag_read(ctx->root, EFIVARS "SecureBoot" GLOBAL, false, &secure);
	if (r == 0) {
		r = flag_read(ctx->root, EFIVARS "SetupMode" GLOBAL, false, &setup);
	}
	if (r == 0) {
		r = flag_read(ctx->root, EFIVARS "MokSBStateRT" SHIM, true, &shim_off);
	}
	return r != 0 ? r : judge(secure, setup, shim_off, v);
}

const struct check check_boot_secure = {
	.id = "boot.secure",
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
