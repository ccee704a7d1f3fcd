import os,sys,time,tempfile,cProfile,pstats
os.environ.setdefault("DJANGO_SETTINGS_MODULE","pole.settings")
import django; django.setup()
from pathlib import Path
from benchmarks import delivery, bare
from alerts.models import Owed
from alerts import work, outbox
from django.db import connection
from pole.runtime.processes import free_port
from tests.running import running
from django.conf import settings
def main():
    with tempfile.TemporaryDirectory(dir="/var/tmp", ignore_cleanup_errors=True) as folder:
        port=free_port()
        with delivery.sink(Path(folder)/"noted",port) as noted, running(Path(folder),parts=("database","broker"),EMAIL_URL=f"smtp://127.0.0.1:{port}",**delivery.USUAL) as stack:
            settings.EMAIL_HOST="127.0.0.1"; settings.EMAIL_PORT=port; settings.EMAIL_BACKEND="pole.smtp.Backend"
            crew=delivery.make_crew()
            delivery.queue(crew, 3000)
            def one(): return Owed.objects.filter(urgency="yellow",done_at=None,leased_until=None).first().pk
            work.A_TURN=3
            n=work.work_on(one())
            t=time.perf_counter(); n=work.work_on(one()); print("work_on ms per row", (time.perf_counter()-t)*1000/n, n)
            t=time.perf_counter(); bare._loop(port,150,delivery.TEXT); print("bare ms", (time.perf_counter()-t)*1000/150)
            t=time.perf_counter(); n=work.work_on(one()); print("work_on ms per row", (time.perf_counter()-t)*1000/n, n)
            t=time.perf_counter()
            for i in range(100): outbox.claim_next()
            print("claim_next ms", (time.perf_counter()-t)*10)
            with connection.cursor() as c:
                c.execute("EXPLAIN ANALYZE "+outbox.CLAIM_NEXT, {"lease": settings.OUTBOX_LEASE, "base":5,"most":300,"jitter":1.0})
                print("\n".join(r[0] for r in c.fetchall()))
            p=cProfile.Profile(); p.enable()
            n=work.work_on(one())
            p.disable(); print("n",n)
            pstats.Stats(p).sort_stats("tottime").print_stats(30)
if __name__=="__main__": main()
