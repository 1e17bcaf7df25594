"""The functions that a question may call, by what they do: an allow-list. What stands in none of these is refused.

None reads or writes outside its arguments: no file, setting, variable, sequence, secret, session or server; none runs
text as SQL, none waits. DuckDB's own parser turns operators into functions too, so they stand here as well.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


OPERATORS = _words("+ - * / // % ** ^ & | << >> ~ || = != < <= > >= ~~ !~~ ~~* !~~* ~~~ ->> @> <@ && ^@ !__postfix")
COMPARING = _words(
    "between coalesce constant_or_null greatest if ifnull is_distinct_from isfinite isinf isnan least nullif "
    "typeof xor grouping grouping_id"
)
NUMBERS = _words(
    "abs acos add asin atan atan2 cbrt ceil ceiling cos cot degrees divide even exp factorial fdiv floor fmod gcd "
    "greatest_common_divisor hash lcm least_common_multiple ln log log10 log2 mod multiply nextafter pi pow power "
    "radians random round round_even sign sin sqrt subtract tan trunc equi_width_bins bar"
)
TEXT = _words(
    "ascii bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein ends_with "
    "format hamming ilike_escape instr jaccard jaro_similarity jaro_winkler_similarity lcase left len length "
    "levenshtein like_escape lower ltrim md5 not_ilike_escape not_like_escape ord position prefix printf "
    "regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace "
    "regexp_split_to_array replace reverse right rtrim split split_part starts_with str_split str_split_regex "
    "string_split string_split_regex string_to_array strip_accents strlen strpos substr substring suffix "
    "translate trim ucase unicode upper"
)
TIMES = _words(
    "age century current_date current_localtime current_localtimestamp date_add date_diff date_part date_sub "
    "date_trunc datediff datepart datesub datetrunc day dayname dayofmonth dayofweek dayofyear days_in_month "
    "decade epoch epoch_ms epoch_ns epoch_us era extract get_current_time get_current_timestamp hour isodow "
    "isoyear julian last_day make_date make_time make_timestamp microsecond millennium millisecond minute month "
    "monthname nanosecond now quarter second strftime strptime time_bucket timezone to_centuries to_days "
    "to_decades to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds "
    "to_timestamp to_weeks to_years today try_strptime week weekday weekofyear year yearweek"
)
LISTS = _words(
    "array_agg array_append array_concat array_contains array_distinct array_extract array_filter array_has "
    "array_has_all array_has_any array_length array_position array_slice array_sort array_to_string "
    "array_transform array_unique array_value cardinality element_at filter flatten list list_any_value "
    "list_append list_apply list_avg list_cat list_concat list_contains list_count list_distinct list_element "
    "list_extract list_filter list_first list_has list_has_all list_has_any list_indexof list_intersect list_last "
    "list_max list_median list_min list_mode list_pack list_position list_prepend list_product list_reduce "
    "list_reverse list_reverse_sort list_select list_slice list_sort list_stddev_pop list_stddev_samp list_sum "
    "list_transform list_unique list_value list_where list_zip map map_contains map_entries map_extract "
    "map_extract_value map_from_entries map_keys map_values row struct_extract struct_extract_at struct_insert "
    "struct_pack unnest array_reverse"
)
JSON = _words(
    "json json_array_length json_contains json_exists json_extract json_extract_path json_extract_path_text "
    "json_extract_string json_keys json_object json_array json_type json_valid json_value to_json"
)
AGGREGATES = _words(
    "any_value approx_count_distinct approx_quantile arbitrary arg_max arg_max_null arg_min arg_min_null argmax "
    "argmin avg bool_and bool_or corr count count_if count_star countif covar_pop covar_samp entropy favg first "
    "fsum geomean geometric_mean group_concat histogram kurtosis last listagg mad max max_by mean median min "
    "min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy regr_count regr_intercept "
    "regr_r2 regr_slope regr_sxx regr_sxy regr_syy sem skewness stddev stddev_pop stddev_samp string_agg sum "
    "sumkahan kahan_sum var_pop var_samp variance weighted_avg wavg"
)
WINDOWS = _words(
    "cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank rank_dense row_number"
)
# Harmless, but one call of these can fill the memory: for a child process that is held to a limit, not for a file.
COSTLY = _words("generate_series generate_subscripts lpad range repeat rpad")
PLAIN = OPERATORS | COMPARING | NUMBERS | TEXT | TIMES | LISTS | JSON | AGGREGATES | WINDOWS
# What may stand where a table stands.
TABLES = _words("generate_series range unnest")
