# SPDX-License-Identifier: Apache-2.0
"""Lets Neutron list on PostgreSQL what projects share, loaded by Neutron as one of its service plugins.

neutron-lib joins the rules of access and removes double rows by GROUP BY over the key of the one table. Columns of others
that are loaded with it (standardattributes) do not depend on that key, so that PostgreSQL refuses the query, and a plain user
who lists, shows, sets, tags or deletes a subnet pool or an address scope gets 500. DISTINCT removes the same rows.
"""

from neutron_lib.db import model_query
from neutron_lib.services import base

_query_with_hooks = model_query.query_with_hooks


def query_with_hooks(*args, **kwargs):
    query = _query_with_hooks(*args, **kwargs)
    if not query._group_by_clauses:
        return query
    return query.group_by(None).distinct()


model_query.query_with_hooks = query_with_hooks


class PostgresqlQueries(base.ServicePluginBase):
    """Has no extension of its own: being loaded is all that it is for."""

    supported_extension_aliases = []

    def get_plugin_type(self):
        return 'HOLDFAST_POSTGRESQL'

    def get_plugin_description(self):
        return 'Queries that PostgreSQL takes'
