/* argv is not looked at: some servers fill it from the query (RFC 3875 4.4, CVE-2012-1823). */
#include "schedule_cgi.h"
#ifdef SCHEDULE_STATIC
#include "tables.h"
#endif

int main(void)
{
#ifdef SCHEDULE_STATIC
    tables_protect();
#endif
#ifdef SCHEDULE_CONFINE
    return schedule_cgi_run_confined();
#else
    return schedule_cgi_run();
#endif
}
