"""Which role the routes of a dossier and of its sessions ask, each by its method and path: a new one is named
here first. Who has no role hears that nothing is there."""

from workshop.accounts.roles import BEGELEIDER, COORDINATOR, LEZER

_SHORT = {"D": "/dossiers/{partnership_id:uuid}", "S": "/sessies/{session_id:uuid}"}

_LEAST = {
    LEZER: """
        GET D
        GET D/acties
        GET D/acties/adressen
        GET D/acties/{action_id:uuid}
        GET D/agenda
        GET D/bouwstenen
        GET D/bouwstenen/{slug:str}
        GET D/bouwstenen/{slug:str}/document/{format:str}
        GET D/brief/{addressee:str}
        GET D/cijfers
        GET D/cijfers/{field_id:str}/{theme:str}
        GET D/cijfers/{field_id:str}/{theme:str}/grafiek/{format:str}
        GET D/document/bouwsteen/{number:int}/{format:str}
        GET D/document/{format:str}
        GET D/herkomst/{item_id:str}
        GET D/kompas/{format:str}
        GET D/leden
        GET D/sessies
        GET D/sessies/{session_id:uuid}
        GET D/tabellen/{name:str}/{format:str}
        GET D/terugkijken
        GET D/terugkijken/{reminder_id:uuid}/agenda.ics
        GET D/velden/{field_id:str}/versies
        GET D/velden/{field_id:str}/versies/{number:int}
        GET D/zoeken
        GET D/zoeken/lijkt-hierop
        POST D/vertrek
    """,
    BEGELEIDER: """
        GET D/cijfers/papier/{field_id:str}
        GET D/logboek
        GET D/sessies/nieuw
        GET S/agenda.ics
        GET S/document/{format:str}
        GET S/kaarten/{card_id:uuid}
        GET S/klaar
        GET S/nakijken
        GET S/papier
        GET S/papier/{sheet_id:uuid}
        GET S/nakijken/voorbeeld
        GET S/poster/{size:str}
        GET S/programma
        GET S/programma/nieuw
        GET S/programma/pdf
        GET S/programma/stappen/{activity_id:uuid}
        GET S/programma/stappen/{activity_id:uuid}/voorbeeld/{audience:str}
        GET S/regie
        GET S/regie/scene
        GET S/stappen/{activity_id:uuid}/suggesties
        GET S/terugblik
        GET S/terugblik/poster
        POST D/acties
        POST D/acties/adressen
        POST D/acties/adressen/{address_id:uuid}/intrekking
        POST D/acties/{action_id:uuid}
        POST D/acties/{action_id:uuid}/soort
        POST D/acties/{action_id:uuid}/stand
        POST D/agenda
        POST D/agenda/einde
        POST D/bouwstenen/{slug:str}/rondes
        POST D/bouwstenen/{slug:str}/terugblik
        POST D/cijfers/papier/{field_id:str}
        POST D/programmas/{programme_id:uuid}/naam
        POST D/programmas/{programme_id:uuid}/verwijdering
        POST D/sessies/nieuw
        POST D/terugkijken
        POST D/terugkijken/{reminder_id:uuid}/einde
        POST D/velden/{field_id:str}
        POST D/velden/{field_id:str}/bevestiging
        POST D/velden/{field_id:str}/herstel
        POST S/adres
        POST S/afsluiting
        POST S/bericht
        POST S/bericht/einde
        POST S/bijdragen
        POST S/groepen/{cluster_id:uuid}/{deed:str}
        POST S/ideeen/{card_id:uuid}/actie
        POST S/heropening
        POST S/ingreep
        POST S/kaarten/{card_id:uuid}/telefoon/einde
        POST S/kaarten/{card_id:uuid}/{deed:str}
        POST S/kopie
        POST S/moment
        POST S/nakijken
        POST S/oefening
        POST S/oefening/einde
        POST S/opening
        POST S/papier/{sheet_id:uuid}/verwijdering
        POST S/papier/{sheet_id:uuid}/{look:uuid}
        POST S/papier/{sheet_id:uuid}/{look:uuid}/{contribution_id:uuid}/intrekking
        POST S/parkeerplaats
        POST S/parkeerplaats/{card_id:uuid}/plek
        POST S/programma/bewaring
        POST S/programma/groepen
        POST S/programma/stappen
        POST S/programma/stappen/{activity_id:uuid}
        POST S/programma/stappen/{activity_id:uuid}/kopie
        POST S/programma/stappen/{activity_id:uuid}/verwijdering
        POST S/signalen/{alert_id:uuid}/afhandeling
        POST S/stap
        POST S/stappen/{activity_id:uuid}/conclusie
        POST S/stappen/{activity_id:uuid}/groepen
        POST S/stappen/{activity_id:uuid}/leeg
        POST S/stappen/{activity_id:uuid}/notitie
        POST S/stappen/{activity_id:uuid}/{deed:str}
        POST S/terugblik
        POST S/terugblik/adres
        POST S/terugblik/bericht
        POST S/terugblik/intrekking
        POST S/terugblik/publicatie
        POST S/verwijdering
        POST S/vooraf
        POST S/vooraf/adres
        POST S/vooraf/einde
        POST S/vooraf/moment
        POST S/ongedaan
        POST S/tussenvraag
        POST S/tussenvraag/einde
        POST S/weggehaald/{what_id:uuid}/terugzetting
        POST S/zaal/{deed:str}
        WEBSOCKET S/regie/stroom
    """,
    COORDINATOR: """
        GET D/beheer
        POST D/beheer/archief
        POST D/beheer/behoud
        POST D/beheer/kleur
        POST D/beheer/kleur/verwijdering
        POST D/beheer/logo
        POST D/beheer/logo/verwijdering
        POST D/beheer/sleutels
        POST D/beheer/sleutels/{key_id:uuid}/intrekking
        POST D/beheer/verwijdering
        POST D/beheer/webhooks
        POST D/beheer/webhooks/{webhook_id:uuid}/intrekking
        POST D/beheer/webhooks/{webhook_id:uuid}/poging
        POST D/leden/{membership_id:uuid}/rol
        POST D/leden/{membership_id:uuid}/verwijdering
        POST D/overdracht
        POST D/uitnodigingen
        POST D/uitnodigingen/{invitation_id:uuid}/intrekking
        POST D/uitnodigingen/{invitation_id:uuid}/vernieuwing
    """,
}


def _whole(line: str) -> tuple[str, str]:
    method, path = line.split()
    return method, _SHORT[path[0]] + path[1:]


LEAST: dict[tuple[str, str], str] = {
    _whole(line): role for role, lines in _LEAST.items() for line in lines.strip().splitlines()
}
"""(method, path) -> the least role that may."""
