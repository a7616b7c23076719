# SPDX-License-Identifier: EUPL-1.2
"""What the figures of the overview mean, in plain Dutch (B1)."""

from shared.contracts.envelope import Data


class Definition(Data):
    """What the figures of one part mean: what is counted, out of what, and by which date (`counted_by`)."""

    figures: str
    name: str
    definition: str
    denominator: str
    counted_by: str


DEFINITIONS = (
    Definition(
        figures="initiatives",
        name="Initiatieven",
        definition="Wat inwoners, groepen, organisaties en bedrijven zelf willen doen voor hun straat, buurt "
        "of kern. Een initiatief voor meer kernen staat bij elke kern en telt in het totaal één keer.",
        denominator="Alle initiatieven die de gemeente in het gekozen jaar ontving.",
        counted_by="Het jaar waarin de gemeente het initiatief ontving. Hoe ver het is, is de stand van nu.",
    ),
    Definition(
        figures="terms",
        name="Termijnen",
        definition="Binnen een vaste tijd beslist de gemeente over een initiatief. Vraagt zij om een "
        "aanvulling, dan staat die tijd stil. Duurt het langer, dan laat zij dat vooraf weten. "
        "Overschreden is: het besluit kwam na de laatste dag, of is er nog niet.",
        denominator="Alle initiatieven die de gemeente in het gekozen jaar ontving.",
        counted_by="Het jaar waarin de gemeente het initiatief ontving.",
    ),
    Definition(
        figures="results",
        name="Terugblik",
        definition="Wat er van een initiatief geworden is, volgens de inwoners en de kernambtenaar samen.",
        denominator="Alle initiatieven waarop zij samen terugkeken.",
        counted_by="Het jaar waarin de gemeente het initiatief ontving.",
    ),
    Definition(
        figures="support",
        name="Steun",
        definition="Wat de gemeente inbrengt: kennis, netwerk, ruimte of een vergunning, materiaal of geld. "
        "Eén initiatief kan meer soorten steun krijgen. Geld telt mee als de gemeente het heeft toegezegd. "
        "Alleen vragen is niet genoeg.",
        denominator="Geen. Elke soort steun staat apart.",
        counted_by="Het jaar waarin de gemeente het initiatief ontving. Geld: het begrotingsjaar.",
    ),
    Definition(
        figures="money",
        name="Geld",
        definition="Begroot is wat er nu voor een regel is: wat de gemeenteraad vaststelde, en wat daarna "
        "naar of van een andere regel ging. Toegezegd is wat de gemeente beloofde of bestelde, min wat "
        "terugkwam; betaald is wat daarvan is overgemaakt. Gereserveerd is geld waarover nog een besluit "
        "komt. Afgerekend is wat een initiatief echt kostte. Geld voor een initiatief staat bij de eerste "
        "kern ervan. De bijdrage aan een organisatie van twee kernen telt bij elke kern voor de helft. Geld "
        "voor één persoon en geld voor de hele gemeente staan bij geen kern.",
        denominator="Het begrote bedrag van de regel. Bij een kern: het maximum per kern, als dat er is.",
        counted_by="Het begrotingsjaar.",
    ),
    Definition(
        figures="grants",
        name="Besluiten over geld",
        definition="Aanvragen om geld voor een initiatief, en wat daarover is besloten. Wie op de wachtlijst "
        "staat, krijgt geld zodra dat terugkomt. Een aanvraag waarover nog niets is besloten, staat er niet "
        "bij.",
        denominator="Alle aanvragen om geld in het gekozen begrotingsjaar.",
        counted_by="Het begrotingsjaar.",
    ),
    Definition(
        figures="organisations",
        name="Organisaties",
        definition="Organisaties die bij de gemeente zijn ingeschreven. Een organisatie van twee kernen "
        "staat bij beide en telt in het totaal één keer. Personen staan er niet bij.",
        denominator="Alle ingeschreven organisaties.",
        counted_by="Actief in het gekozen jaar, ook als dat maar een deel ervan was. Zonder keuze: dit jaar.",
    ),
    Definition(
        figures="kernambtenaar",
        name="Kernambtenaar",
        definition="De ambtenaar die een kern en de gemeente met elkaar verbindt. "
        "Eén kernambtenaar kan meer kernen hebben.",
        denominator="Alle kernen van de gemeente.",
        counted_by="Vandaag. Bij een voorbij jaar: de laatste dag van dat jaar.",
    ),
    Definition(
        figures="measures",
        name="Metingen",
        definition="Wat mensen antwoordden in een enquête. Alleen metingen die te vergelijken zijn, staan "
        "naast elkaar. Een kern staat nooit naast een cijfer van de hele gemeente. Zijn er te weinig "
        "antwoorden, dan tonen wij niets, zodat niemand te herkennen is.",
        denominator="Iedereen die de vraag beantwoordde. Soms vertelt de bron niet hoeveel mensen dat waren.",
        counted_by="Het jaar van de meting. U ziet altijd alle jaren, ook als u een jaar kiest.",
    ),
    Definition(
        figures="stories",
        name="Verhalen",
        definition="Wat inwoners zelf vertellen. Zij vinden het goed dat hun verhaal hier staat, en een "
        "medewerker las het eerst. Wie zich bedenkt, kan het verhaal laten weghalen.",
        denominator="De nieuwste verhalen. Zij staan naast de cijfers en tellen nergens in mee.",
        counted_by="De dag waarop het verhaal hier kwam te staan. U ziet altijd de nieuwste.",
    ),
)
FICTIONAL = "Voorbeeld: deze gegevens zijn verzonnen."
