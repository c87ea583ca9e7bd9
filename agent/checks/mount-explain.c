/* SPDX-License-Identifier: Apache-2.0 */
#include "mount-explain.h"

int mount_crypt_explain(int outcome, struct verdict *v)
{
	switch (outcome) {
	case MOUNT_CRYPT_E_MISSING:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	case MOUNT_CRYPT_E_PERMITTED:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	case MOUNT_CRYPT_E_FORMAT:
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	default:
		return outcome;
	}
}
