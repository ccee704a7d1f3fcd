"""Words for codes, in templates."""

from django import template

from desk.words import urgency_label

register = template.Library()
register.filter("urgency_word", urgency_label)
