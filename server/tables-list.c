/* SPDX-License-Identifier: Apache-2.0 */
#include "tables-list.h"

#include <string.h>

#define SITE "'" STORE_SITE "'"
#define FROM(columns, table) "SELECT " columns " FROM " table " WHERE site = "
#define MARKS_1 "($3)"
#define MARKS_2 "($3, $4)"
#define MARKS_3 "($3, $4, $5)"
#define MARKS_5 "($3, $4, $5, $6, $7)"
#define KEYED(columns, table, order, marks) \
	FROM(columns, table)                \
	"$1 ORDER BY " order " LIMIT $2",   \
		FROM(columns, table) "$1 AND (" order ") > " marks " ORDER BY " order " LIMIT $2"
#define TABLE(name, head, columns, table, order, marks, key)                      \
	{                                                                         \
		name, head, KEYED(columns, table, order, marks), NULL, key,       \
			FROM(columns, table) SITE " ORDER BY " order, NULL, false \
	}
#define OF_DEVICE(name, head, columns, table, order, marks, key, column)                     \
	{                                                                                    \
		name, head, KEYED(columns, table, order, marks), NULL, key,                  \
			FROM(columns, table) SITE " ORDER BY " order,                        \
			FROM(columns, table) "$1 AND " column " = $2 ORDER BY " order, false \
	}
/* A control may change more than once in a day, which is all that is known of a private device. */
#define HISTORY "device, at, control, state, reason"

static const struct tables_table tables[] = {
	TABLE("answers", "provider,control,answer,note,@at,who",
		"provider, control, answer, note, at, who", "answers", "provider, control", MARKS_2,
		"t0t1"),
	TABLE("audit", "n,@at,who,action,object,hash", "n, at, who, action, object, hash", "audit",
		"n", MARKS_1, "i0"),
	OF_DEVICE("breach_devices", "breach,device,encrypted", "breach, device, encrypted",
		"breach_devices", "breach, device", MARKS_2, "i0t1", "device"),
	TABLE("breach_notes", "breach,n,@at,who,step,note", "breach, n, at, who, step, note",
		"breach_notes", "breach, n", MARKS_2, "i0i1"),
	TABLE("breaches", "id,kind,@happened,@known,@opened,who,@told,@closed",
		"id, kind, happened, known, opened, who, told, closed", "breaches", "id", MARKS_1,
		"i0"),
	{"controls", "device,control,state,reason,@since,@answered,sequence",
		KEYED("device, controls", "held", "device", MARKS_1), NULL, "t0",
		FROM("device, controls", "held") SITE " ORDER BY device",
		FROM("device, controls", "held") "$1 AND device = $2", true},
	TABLE("days", "@day,subject,state,devices", "day, subject, state, devices", "days",
		"subject, day, state", MARKS_3, "t1i0t2"),
	OF_DEVICE("devices",
		"id,public_key,ownership,group,number,@enrolled,@heard,@confirmed,sequence,policy,"
		"posture,failing,unknown,worst,want,@lost,recent",
		"id, public_key, ownership, team, number, enrolled, heard, confirmed, sequence, "
		"policy, posture, failing, unknown, worst, want, lost, recent",
		"devices", "team, number", MARKS_2, "t3i4", "id"),
	OF_DEVICE("disputes", "device,control,reason,@at,who", "device, control, reason, at, who",
		"disputes", "device, control", MARKS_2, "t0t1", "device"),
	OF_DEVICE("exemption_devices", "exemption,device", "exemption, device", "exemption_devices",
		"exemption, device", MARKS_2, "i0t1", "device"),
	TABLE("exemptions",
		"id,state,group,terms,@starts,@ends,@requested,requester,approver,approver_role,"
		"second,second_role,@decided,@ended",
		"id, state, team, terms, starts, ends, requested, requester, approver, "
		"approver_role, second, second_role, decided, ended",
		"exemptions", "id", MARKS_1, "i0"),
	{"history", "device,@at,control,state,reason", KEYED(HISTORY, "history", HISTORY, MARKS_5),
		FROM(HISTORY, "history") "$1 AND (" HISTORY ") = " MARKS_5 " LIMIT 1000 OFFSET $2",
		"t0i1t2t3t4", FROM(HISTORY, "history") SITE " ORDER BY " HISTORY,
		FROM(HISTORY, "history") "$1 AND device = $2 ORDER BY " HISTORY},
	OF_DEVICE("hooks", "n,device,control,reason,@since", "n, device, control, reason, since",
		"hooks", "n", MARKS_1, "i0", "device"),
	TABLE("policies", "ownership,version,name,source,@expires,group,edit,@at,who",
		"ownership, version, name, source, expires, team, edit, at, who", "policies",
		"ownership, version", MARKS_2, "t0i1"),
	TABLE("settings", "name,value", "name, value", "settings", "name", MARKS_1, "t0"),
};

const struct tables_table *tables_at(size_t i)
{
	return i < ARRAY_LEN(tables) ? &tables[i] : NULL;
}

const struct tables_table *tables_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
		if (strcmp(tables[i].name, name) == 0) {
			return &tables[i];
		}
	}
	return NULL;
}

const char *tables_name(const struct tables_table *table)
{
	return table->name;
}
