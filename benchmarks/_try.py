import os,sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE","pole.settings")
import django; django.setup()
from benchmarks import delivery
delivery.ALERTS=int(sys.argv[1]); delivery.QUEUED=int(sys.argv[2])
if __name__=="__main__": delivery.run()
