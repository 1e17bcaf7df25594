import duckdb
import plotly.express as px
import streamlit as st

st.set_page_config(page_title="Repeat contacts", layout="wide")


@st.cache_resource
def connect():
    return duckdb.connect("warehouse.duckdb", read_only=True)


@st.cache_data
def ask(sql, parameters):
    return connect().cursor().execute(sql, parameters).df()


def names(column):
    return ask(f"select distinct {column} as name from contacts order by 1", [])["name"].dropna().tolist()


first, last = ask("select min(started_at)::date as a, max(started_at)::date as b from contacts", []).iloc[0]
a, b, c, d = st.columns(4)
silos = a.multiselect("Silos", names("silo"), key="silos", bind="query-params")
stages = b.multiselect("Stages", names("stage"), key="stages", bind="query-params")
modes = c.multiselect("Modes", names("mode"), key="modes", bind="query-params")
days = d.date_input("Days", (first, last), key="days", bind="query-params")
if len(days) < 2:
    st.stop()
rows = ask(
    """
    select
        channel,
        avg((coalesce(before_at >= started_at - interval 7 days and from_silo = silo, false))::int) as repeats,
        count(*) as contacts
    from contacts
    where
        customer_id is not null
        and reason is not null
        and coalesce(initiated_by, 'customer') = 'customer'
        and (len($1) = 0 or list_contains($1, silo))
        and (len($2) = 0 or list_contains($2, stage))
        and (len($3) = 0 or list_contains($3, mode))
        and started_at >= $4
        and started_at < $5 + interval 1 day
    group by channel
    having count(*) >= 5
    order by repeats desc
    """,
    [silos, stages, modes, *days],
)
if rows.empty:
    st.info("Nothing for these filters.")
    st.stop()
spread = 1.96 * (rows["repeats"] * (1 - rows["repeats"]) / rows["contacts"]) ** 0.5
st.plotly_chart(px.bar(rows, x="channel", y="repeats", error_y=spread))
st.dataframe(rows, column_config={"repeats": st.column_config.NumberColumn(format="percent")}, hide_index=True)
st.download_button("CSV", rows.to_csv(index=False), "repeat_contacts.csv")
