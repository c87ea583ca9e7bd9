/* SPDX-License-Identifier: Apache-2.0 */
#include "wifi-security.h"

#include <string.h>

#define ELEMENT_RSN 48
#define ELEMENT_VENDOR 221
#define SUITE_LEN 4
#define SUITE_TYPES 32 /* of those that IEEE 802.11 numbers; higher ones are of no use here */

static const uint8_t oui_rsn[3] = {0x00, 0x0f, 0xac};
static const uint8_t oui_wpa[3] = {0x00, 0x50, 0xf2};
static const uint8_t oui_alliance[3] = {0x50, 0x6f, 0x9a};

#define BIT(n) (UINT32_C(1) << (n))
/* Table 9-149: CCMP-128, GCMP-128, GCMP-256, CCMP-256 */
#define CIPHERS_STRONG (BIT(4) | BIT(8) | BIT(9) | BIT(10))
#define CIPHER_GROUP BIT(0)
#define CIPHERS_WEP (BIT(1) | BIT(5))
#define CIPHER_TKIP BIT(2)
/* Table 9-151: 802.1X, PSK, SAE, FILS and their fast transitions */
#define AKMS_STRONG                                                                             \
	(BIT(1) | BIT(2) | BIT(3) | BIT(4) | BIT(5) | BIT(6) | BIT(8) | BIT(9) | BIT(11) |      \
		BIT(12) | BIT(13) | BIT(14) | BIT(15) | BIT(16) | BIT(17) | BIT(19) | BIT(20) | \
		BIT(22) | BIT(23) | BIT(24) | BIT(25))
#define AKM_OWE BIT(18)

struct reader {
	const uint8_t *p;
	size_t len;
	bool damaged;
};

static const uint8_t *take(struct reader *reader, size_t n)
{
	const uint8_t *p = reader->p;

	if (reader->len < n) {
		reader->damaged = true;
		return NULL;
	}
	reader->p += n;
	reader->len -= n;
	return p;
}

static uint32_t suite_bit(const uint8_t *suite)
{
	if (memcmp(suite, oui_rsn, sizeof(oui_rsn)) != 0 || suite[3] >= SUITE_TYPES) {
		return 0;
	}
	return BIT(suite[3]);
}

/* A list that is missing at the end of the element has its default. */
static uint32_t suites_take(struct reader *reader, uint32_t missing)
{
	uint32_t bits = 0;
	const uint8_t *p;
	size_t n;

	if (reader->len == 0) {
		return missing;
	}
	p = take(reader, 2);
	if (!p) {
		return 0;
	}
	n = (size_t)p[0] | (size_t)p[1] << 8;
	for (size_t i = 0; i < n; i++) {
		p = take(reader, SUITE_LEN);
		if (!p) {
			return 0;
		}
		bits |= suite_bit(p);
	}
	return bits;
}

static enum wifi_security rsn_judge(const uint8_t *body, size_t len)
{
	struct reader reader = {.p = body, .len = len};
	uint32_t group = BIT(4), pairwise, akms;
	const uint8_t *p = take(&reader, 2);

	if (!p || p[0] != 1 || p[1] != 0) {
		return WIFI_SECURITY_UNKNOWN; /* another version */
	}
	if (reader.len > 0) {
		p = take(&reader, SUITE_LEN);
		group = p ? suite_bit(p) : 0;
	}
	pairwise = suites_take(&reader, BIT(4));
	akms = suites_take(&reader, BIT(1));
	if (reader.damaged) {
		return WIFI_SECURITY_UNKNOWN;
	}
	if (pairwise == CIPHER_GROUP) {
		pairwise = group;
	}
	if (akms & AKMS_STRONG) {
		return pairwise & CIPHERS_STRONG ? WIFI_SECURITY_STRONG
		       : pairwise & CIPHER_TKIP	 ? WIFI_SECURITY_TKIP
		       : pairwise & CIPHERS_WEP	 ? WIFI_SECURITY_WEP
						 : WIFI_SECURITY_UNKNOWN;
	}
	return akms & AKM_OWE ? WIFI_SECURITY_OWE : WIFI_SECURITY_UNKNOWN;
}

static bool vendor_is(const uint8_t *body, size_t len, const uint8_t oui[3], uint8_t type)
{
	return len >= 4 && memcmp(body, oui, 3) == 0 && body[3] == type;
}

enum wifi_security wifi_security_of(const uint8_t *elements, size_t len, bool privacy)
{
	struct reader reader = {.p = elements, .len = len};
	bool wpa = false, sign_up = false;

	if (len == 0) {
		return WIFI_SECURITY_UNKNOWN;
	}
	while (reader.len > 0) {
		const uint8_t *head = take(&reader, 2);
		const uint8_t *body = head ? take(&reader, head[1]) : NULL;

		if (!body) {
			return WIFI_SECURITY_UNKNOWN;
		}
		if (head[0] == ELEMENT_RSN) {
			return rsn_judge(body, head[1]);
		}
		if (head[0] == ELEMENT_VENDOR) {
			wpa = wpa || vendor_is(body, head[1], oui_wpa, 1);
			/* Hotspot 2.0's own element for signing up, OSEN */
			sign_up = sign_up || vendor_is(body, head[1], oui_alliance, 18);
		}
	}
	if (wpa) {
		return WIFI_SECURITY_TKIP;
	}
	if (sign_up) {
		return WIFI_SECURITY_UNKNOWN;
	}
	return privacy ? WIFI_SECURITY_WEP : WIFI_SECURITY_OPEN;
}

enum wifi_security wifi_security_by_cipher(enum wifi_security offered, uint32_t cipher)
{
	enum wifi_security used = offered;

	if (cipher >> 8 == 0x000fac && (cipher & 0xff) < SUITE_TYPES) {
		uint32_t bit = BIT(cipher & 0xff);

		used = bit & CIPHERS_WEP   ? WIFI_SECURITY_WEP
		       : bit & CIPHER_TKIP ? WIFI_SECURITY_TKIP
					   : offered;
	}
	return used > offered ? used : offered;
}
