"""The code lists of the import format and of the accounts: the only values that a text column may hold."""

SETTINGS = ("rural", "urban")
STATION_KINDS = ("station", "post", "policare")
AGE_BANDS = ("0-11", "12-15", "16-17", "18+", "unknown")
CHILD_BANDS = ("0-11", "12-15", "16-17")
SEXES = ("female", "male", "intersex", "unknown")
YES_NO_UNKNOWN = ("yes", "no", "unknown")
RELATIONSHIPS = (
    "parent",
    "guardian_or_caregiver",
    "other_family",
    "family_friend",
    "neighbour",
    "teacher_or_school_staff",
    "religious_leader",
    "employer",
    "peer",
    "intimate_partner",
    "person_in_authority",
    "stranger",
    "other",
    "unknown",
)

DEFILEMENT = "SOA-8"
OFFENCES = (
    "SOA-3",
    "SOA-4",
    "SOA-5",
    DEFILEMENT,
    "SOA-9",
    "SOA-10",
    "SOA-11",
    "SOA-11A",
    "SOA-13",
    "SOA-14",
    "SOA-15",
    "SOA-16",
    "SOA-20",
    "SOA-21",
    "SOA-24",
    "OTHER",
)

# Incest is as grave where the survivor is a child; every other offence has a lower least sentence, or none on record.
AS_GRAVE_AS_DEFILEMENT = (DEFILEMENT, "SOA-20", "SOA-21")
LESSER_OFFENCES = tuple(code for code in OFFENCES if code not in AS_GRAVE_AS_DEFILEMENT)

AGENCIES = ("police", "health", "laboratory", "odpp", "judiciary", "community", "ngec", "other")
INTERVENTIONS_FORBIDDEN = ("RECO", "PODI", "IJPA", "WPRO", "PABO", "DROP")

# For each kind of event, the details it may carry: a tuple of codes; OPEN_DETAIL for a code of another system's list
# that is held to a pattern only; an empty tuple where the kind carries none.
OPEN_DETAIL = "pattern"
EVENT_DETAILS: dict[str, tuple[str, ...] | str] = {
    "medical_exam": (),
    "p3_completed": (),
    "counselling_started": (),
    "shelter_placed": (),
    "suspect_arrested": (),
    "sample_collected": (),
    "sample_sent": (),
    "lab_result": (),
    "file_to_odpp": (),
    "odpp_decision": ("charge", "no_charge", "returned"),
    "charged": OFFENCES,
    "plea": (),
    "hearing": (),
    "adjournment": ("prosecution", "defence", "court", "other"),
    "judgment": ("convicted", "acquitted", "discharged", "dismissed"),
    "sentence": ("life", "term", "other"),
    "appeal": (),
    "closed": (
        "judged",
        "not_charged",
        "court_permitted",
        "no_offence_found",
        "accused_died",
        "survivor_died",
        "transferred",
        "other",
    ),
    "reclassified": OFFENCES,
    "intervention": OPEN_DETAIL,
    "witness_intimidation": (),
    "witness_protected": (),
    "cultural_interference": (),
}
EVENT_KINDS = tuple(EVENT_DETAILS)
# Kinds that say nothing without their detail. `closed` may come without one: that is a finding, not an error.
DETAIL_REQUIRED = ("odpp_decision", "charged", "judgment", "reclassified", "intervention")
PROCESS_EVENTS = (
    "suspect_arrested",
    "sample_collected",
    "sample_sent",
    "lab_result",
    "file_to_odpp",
    "odpp_decision",
    "charged",
    "plea",
    "hearing",
    "adjournment",
    "judgment",
    "sentence",
    "appeal",
)
LAWFUL_CLOSINGS = ("no_offence_found", "accused_died", "survivor_died", "transferred")

FORMS = ("mediation", "withdrawal", "informal_settlement")
ROUTES_NEVER_LAWFUL = ("family_or_elders", "police_closure", "diversion_or_plea", "s176_reconciliation")
ROUTES_BY_AUTHORITY = ("s87a_withdrawal", "dpp_discontinuance", "s204_withdrawal")
ROUTES = (
    "family_or_elders",
    "police_closure",
    "diversion_or_plea",
    "odpp_no_charge",
    "s87a_withdrawal",
    "dpp_discontinuance",
    "s204_withdrawal",
    "s202_absent",
    "s176_reconciliation",
)
INITIATORS = (
    "survivor",
    "guardian",
    "accused",
    "accused_family",
    "elder_or_chief",
    "religious_leader",
    "police",
    "prosecutor",
    "court",
    "other",
    "unknown",
)
INDUCEMENTS = ("money", "livestock", "marriage", "threat", "none", "other", "unknown")
RESULTS = ("pending", "refused", "succeeded", "reversed")

CHECKLIST = (
    "private_room",
    "woman_officer",
    "trained_officer",
    "register_kept",
    "forms_in_stock",
    "dedicated_device",
    "secure_storage",
    "referral_list",
    "child_friendly",
    "cover_24h",
)

ROLES = ("commissioner", "county_official", "staff", "data_officer", "administrator")

# What staff write when they follow a case up; for each kind, the details of which it carries one.
FOLLOW_UPS: dict[str, tuple[str, ...]] = {
    "assigned": (),
    "noted": (
        "agency_contacted",
        "answer_received",
        "revision_asked",
        "protection_requested",
        "survivor_contact_requested",
        "examination_requested",
        "counselling_requested",
        "sample_or_result_requested",
        "file_requested",
        "decision_requested",
        "correction_requested",
        "court_attended",
        "action_taken",
    ),
    "planned": (
        "contact_agency",
        "await_answer",
        "visit_station",
        "attend_court",
        "ask_revision",
        "check_record",
        "report_to_commission",
    ),
    "snoozed": ("awaiting_answer", "hearing_fixed", "result_announced", "correction_sent", "with_another_office"),
    "resolved": (
        "answered",
        "lawful_as_recorded",
        "record_corrected",
        "case_goes_on",
        "revision_granted",
        "handed_over",
    ),
    "reopened": ("answer_not_kept", "new_information", "resolved_by_mistake"),
}
FOLLOW_UP_DETAILS = tuple(detail for details in FOLLOW_UPS.values() for detail in details)
FLAG_WORK_STATES = ("open", "snoozed", "resolved")
AGES_OF_FLAGS = ("week", "month", "quarter", "year", "older")
