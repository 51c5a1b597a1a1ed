"""Small public files written for the tests, in the publishers' own shapes, with their own defects."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

NEW_GENERAL = [
    "Facility ID",
    "Facility Name",
    "Address",
    "City/Town",
    "State",
    "ZIP Code",
    "County/Parish",
    "Telephone Number",
    "Hospital Type",
    "Hospital Ownership",
    "Emergency Services",
    "Meets criteria for birthing friendly designation",
    "Hospital overall rating",
]
OLD_GENERAL = [
    "Facility ID",
    "Facility Name",
    "Address",
    "City",
    "State",
    "ZIP Code",
    "County Name",
    "Phone Number",
    "Hospital Type",
    "Hospital Ownership",
    "Emergency Services",
    "Meets criteria for meaningful use of EHRs",
    "Hospital overall rating",
]
REPORT = [
    "rpt_rec_num",
    "Provider CCN",
    "Hospital Name",
    "State Code",
    "Zip Code",
    "Medicare CBSA Number",
    "Rural Versus Urban",
    "CCN Facility Type",
    "Fiscal Year Begin Date",
    "Fiscal Year End Date",
    "FTE - Employees on Payroll",
    "Number of Interns and Residents (FTE)",
    "Number of Beds",
    "Net Patient Revenue",
    "Net Income from Service to Patients",
    "Total Other Income",
    "Net Income",
]
LINKAGE = [
    "compendium_hospital_id",
    "ccn",
    "hospital_name",
    "health_sys_id",
    "health_sys_name",
    "health_sys_city",
    "health_sys_state",
    "hos_beds",
    "hos_majteach",
    "hos_vmajteach",
    "hos_teachint",
    "hos_children",
    "hos_net_revenue",
]

ACUTE, CAH, PSYCH, VA = (
    "Acute Care Hospitals",
    "Critical Access Hospitals",
    "Psychiatric",
    "Acute Care - Veterans Administration",
)


def csv_bytes(header: list[str], rows: list[list[object]], encoding: str = "utf-8") -> bytes:
    """A CSV as the agencies write it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def put(folder: Path, name: str, data: bytes) -> Path:
    """Write a file, packed when the name ends in .gz."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def hospital(
    ccn: str,
    name: str,
    state: str,
    zip_code: str,
    county: str = "Marion",
    kind: str = ACUTE,
    owner: str = "Voluntary non-profit - Private",
    stars: str = "Not Available",
) -> list[object]:
    """A row of the newest general information."""
    return [
        ccn,
        name,
        "1 Main St",
        "Alphaville",
        state,
        zip_code,
        county,
        "(555) 010-0100",
        kind,
        owner,
        "Yes",
        "",
        stars,
    ]


def report(
    number: int,
    ccn: str,
    begins: str,
    ends: str,
    beds: object,
    npr: object,
    net: object,
    other: object = "0",
    service: object = "0",
) -> list[object]:
    """A cost report."""
    return [
        number,
        ccn,
        "X",
        "IN",
        "46202",
        "26900",
        "U",
        "STH",
        begins,
        ends,
        "10",
        "",
        beds,
        npr,
        service,
        other,
        net,
    ]


def small_universe(folder: Path) -> Path:
    """Five hospitals: a system of two, two on their own, one of the VA; every kind of file once."""
    put(
        folder,
        "a.csv",
        csv_bytes(
            NEW_GENERAL,
            [
                hospital("010001", "ALPHA MEDICAL CENTER", "IN", "46202", stars="4"),
                hospital("010002", "BETA MEMORIAL HOSPITAL", "IN", "46204"),
                hospital("021300", "GAMMA COUNTY HOSPITAL", "PR", "00602", county="Aguada", kind=CAH),
                hospital("034001", "DELTA BEHAVIORAL HOSPITAL", "IN", "46202", kind=PSYCH),
                hospital(
                    "01014F",
                    "EPSILON VA MEDICAL CENTER",
                    "IN",
                    "46202",
                    kind=VA,
                    owner="Veterans Health Administration",
                ),
            ],
        ),
    )
    put(
        folder,
        "older/b.csv",
        csv_bytes(
            OLD_GENERAL,
            [
                [*hospital("010001", "ALPHA OLD NAME", "IN", "46202")],
                [*hospital("099999", "GONE HOSPITAL", "IN", "46202")],
            ],
        ),
    )
    put(
        folder,
        "c.csv",
        csv_bytes(
            REPORT,
            [
                report(1, "010001", "01/01/2022", "12/31/2022", "600", "1000", "20", other="0"),
                report(2, "010001", "01/01/2023", "12/31/2023", "620", "1000", "90", other="500"),
                report(3, "010001", "01/01/2024", "01/31/2024", "1", "50", "-49"),
                report(4, "010002", "07/01/2022", "06/30/2023", "80", "100", "900"),
                report(5, "010002", "07/01/2022", "12/31/2022", "70", "50", "-900"),
            ],
        ),
    )
    put(
        folder,
        "d.csv",
        csv_bytes(
            LINKAGE,
            [
                [
                    "C1",
                    "010001",
                    "Alpha",
                    "HSI1",
                    "Alpha Health “One”",
                    "Alphaville",
                    "OH",
                    "610",
                    "1",
                    "1",
                    "0.4",
                    "0",
                    "900",
                ],
                [
                    "C2",
                    "010002",
                    "Beta",
                    "HSI1",
                    "Alpha Health “One”",
                    "Alphaville",
                    "OH",
                    "81",
                    "0",
                    "0",
                    "0",
                    "0",
                    "",
                ],
                ["C3", "021300", "Gamma", "", "", "", "", "25", "0", "0", "0", "0", "77"],
                ["C4", "", "Nobody", "HSI1", "Alpha Health “One”", "Alphaville", "OH", "5", "", "", "", "", ""],
            ],
            "cp1252",
        ),
    )
    put(
        folder,
        "e.csv",
        b"\xef\xbb\xbf"
        + csv_bytes(
            [
                "Facility ID",
                "Facility Name",
                "CEHRT ID",
                "Meets criteria for promoting interoperability of EHRs",
                "Start Date",
                "End Date",
            ],
            [
                ["10001", "A", "0015C1", "Y", "1/1/2023", "12/31/2023"],
                ["10002", "B", "0015C1", "Y", "1/1/2023", "12/31/2023"],
                ["21300", "G", "0015C9", "Y", "1/1/2023", "12/31/2023"],
            ],
        ),
    )
    put(
        folder,
        "f.csv",
        csv_bytes(
            ["facility_id", "cehrt_id", "developer_name"],
            [
                ["10001", "0015C1", "Epic Systems Corporation"],
                ["10002", "0015C1", "Surescripts, LLC"],
                ["21300", "0015C9", "Imprivata"],
            ],
        ),
    )
    put(
        folder,
        "g.csv.gz",
        csv_bytes(
            ["vendor_file", "organization_name", "npi", "zip", "endpoint_url"],
            [
                [
                    "Medical_Information_Technology_Inc_MEDITECH_1",
                    "Gamma County Hosp MaaS Pod 003 03",
                    "",
                    "",
                    "https://gamma.meditech.cloud/v1",
                ],
                ["athenahealth_Inc", "Beta Memorial Hospital", "", "", "https://api.example/fhir"],
            ],
        ),
    )
    put(folder, "h.json.gz", json.dumps(bundle(("Delta Behavioral Hospital", "46202-1234"))).encode())
    put(
        folder,
        "geo/ruca.csv",
        csv_bytes(
            ["ZIPCode", "State", "ZIPCodeType", "POName", "PrimaryRUCA", "SecondaryRUCA"],
            [
                ["46202", "IN", "Z", "x", "1", "1"],
                ["46204", "IN", "Z", "x", "1", "1"],
                ["00602", "PR", "Z", "x", "7", "7.1"],
            ],
        ),
    )
    put(
        folder,
        "geo/pop.csv",
        csv_bytes(
            ["CBSA", "NAME", "POPESTIMATE2022", "POPESTIMATE2023", "LSAD"],
            [
                ["26900", "Indianapolis, IN", "1", "2100000", "Metropolitan Statistical Area"],
                ["26900", "Cañon County, IN", "1", "9", "County or equivalent"],
            ],
            "latin-1",
        ),
    )
    put(
        folder,
        "geo/xw.csv",
        csv_bytes(
            ["cbsacode", "cbsatitle", "metropolitanmicropolitanstatis", "fipsstatecode", "fipscountycode"],
            [["", "", "", "", ""], ["26900", "Indianapolis, IN", "Metropolitan Statistical Area", "18", "097"]],
        ),
    )
    put(
        folder,
        "geo/zc.csv",
        csv_bytes(
            ["zip", "fips", "county", "state"],
            [
                ["46202", "18057", "Hamilton", "IN"],
                ["46202", "18097", "Marion", "IN"],
                ["46204", "18097", "Marion", "IN"],
                ["00602", "72003", "Aguada", "PR"],
            ],
        ),
    )
    put(
        folder,
        "geo/nchs.csv",
        csv_bytes(
            ["STFIPS", "CTYFIPS", "ST_ABBREV", "CTYNAME", "CODE2023"], [["18", "97", "IN", "Marion County", "1"]]
        ),
    )
    put(
        folder,
        "geo/zll.csv",
        csv_bytes(
            ["zipcode", "zcta", "lng", "lat"],
            [
                ["46202", "46202", "-86.1", "39.7"],
                ["46204", "46204", "-86.2", "39.8"],
                ["00602", "00602", "-67.1", "18.3"],
            ],
        ),
    )
    put(
        folder,
        "hifld.csv",
        b"\xef\xbb\xbf"
        + csv_bytes(
            [
                "X",
                "Y",
                "ID",
                "NAME",
                "STATE",
                "ZIP",
                "STATUS",
                "LATITUDE",
                "LONGITUDE",
                "WEBSITE",
                "BEDS",
                "TRAUMA",
                "SOURCEDATE",
            ],
            [
                [
                    "1",
                    "1",
                    "0000123",
                    "ALPHA",
                    "IN",
                    "46202",
                    "OPEN",
                    "39.77",
                    "-86.17",
                    "http://www.alpha.example/x",
                    "-999",
                    "LEVEL I",
                    "2019-08-13T00:00:00.000Z",
                ],
                [
                    "1",
                    "1",
                    "0000777",
                    "EPSILON",
                    "IN",
                    "46202",
                    "OPEN",
                    "39.7",
                    "-86.1",
                    "NOT AVAILABLE",
                    "150",
                    "NOT AVAILABLE",
                    "2018-01-01",
                ],
            ],
        ),
    )
    put(
        folder,
        "xwalk.csv",
        csv_bytes(
            ["Name", "State", "Zipcode", "Latitude", "Longitude", "HCRIS-ID", "HIFLD-ID"],
            [
                ["ALPHA", "IN", "46202", "1", "1", "10001", "123"],
                ["EPSILON", "IN", "46202", "1", "1", "01014F", "777"],
                ["NOBODY", "IN", "46202", "1", "1", "", "#N/A"],
            ],
        ),
    )
    put(
        folder,
        "breach.csv",
        csv_bytes(
            [
                "Name of Covered Entity",
                "State",
                "Covered Entity Type",
                "Individuals Affected",
                "Breach Submission Date",
                "Type of Breach",
                "Location of Breached Information",
            ],
            [
                ["Alpha Med Ctr", "IN", "Healthcare Provider", "1200", "2/14/2025", "Hacking/IT Incident", "Email"],
                ["Zeta Dental", "IN", "Healthcare Provider", "900", "2/14/2025", "Theft", "Laptop"],
            ],
        ),
    )
    return folder


def bundle(*organizations: tuple[str, str]) -> dict:
    """A vendor's FHIR bundle of endpoints, as Oracle Health publishes it."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "resource": {
                    "resourceType": "Endpoint",
                    "id": str(place),
                    "contained": [
                        {"resourceType": "Organization", "name": name, "address": [{"postalCode": zip_code}]}
                    ],
                    "address": "https://fhir-ehr.cerner.com/r4/x/",
                }
            }
            for place, (name, zip_code) in enumerate(organizations)
        ],
    }
