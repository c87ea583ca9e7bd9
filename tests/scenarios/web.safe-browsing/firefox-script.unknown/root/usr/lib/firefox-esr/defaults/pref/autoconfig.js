// school
pref("general.config.filename", "school.cfg");
pref("general.config.obscure_value", 0);
