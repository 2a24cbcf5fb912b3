@catalog @CAT-FORM-1
Feature: Programs and operators can rely on the contract of the service
  Web pages, schedulers and monitoring are programs: they read headers, pages and exit statuses, and nobody looks twice at what they
  make of them. `./accept doctor` looks at the same clauses in ten seconds.

  @critical
  Rule: The headers of an answer name the same source and age as its body

    Scenario: The prices come from the provider
      Given the provider quotes "Europe 5 GB" at 19.00 EUR
      And the catalog has been updated
      When a program asks for the catalog
      Then the body and the headers of the answer name the provider, 0 seconds old

    Scenario: The prices come from the saved copy
      Given the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR
      And the provider is down
      When a program asks for the catalog
      Then the body and the headers of the answer name the saved copy, 2 hours old

    Scenario: The prices come from the backup
      Given the backup quotes "Europe 5 GB" at 21.00 EUR
      And the provider and the saved copy are down
      When a program asks for the catalog
      Then the body and the headers of the answer name the backup, 3 days old

    Scenario: There is nothing to sell
      Given the backup quotes "Europe 5 GB" at 21.00 EUR
      And the provider, the saved copy and the backup are down
      When a program asks for the catalog
      Then the body and the headers of the answer name the same time to come back

  @critical
  Rule: A search finds exactly what was asked for, and a senseless one is refused

    Background:
      Given the provider quotes "Europe 5 GB" at 19.00 EUR
      And the provider quotes "Japan 3 GB" at 12.50 EUR
      And the provider quotes "Global 10 GB" at 45.00 EUR in the group "Premium"
      And the catalog has been updated

    Scenario Outline: A program searches for <what>
      When a program searches for "<query>"
      Then it finds exactly <bundles>

      Examples:
        | what                        | query                     | bundles                     |
        | a text in capital letters   | search=EUROPE             | "Europe 5 GB"               |
        | a part of a name            | search=_3GB_              | "Japan 3 GB"                |
        | a group                     | group=Premium             | "Global 10 GB"              |
        | a country                   | country=JP                | "Japan 3 GB, Global 10 GB"  |
        | a country in another group  | country=ES&group=Premium  | nothing                     |

    Scenario: A program reads the catalog page by page
      When a program reads 3 pages of 2 bundles
      Then the pages show "Europe 5 GB, Japan 3 GB, Global 10 GB", each once, and say how many there are in all

    Scenario Outline: A program asks for <nonsense>
      When a program searches for "<query>"
      Then the search is refused as senseless, with the reason

      Examples:
        | nonsense                | query       |
        | a page of nothing       | limit=0     |
        | a page of 1,001 bundles | limit=1001  |
        | a page of many bundles  | limit=many  |
        | what comes before       | offset=-1   |

  @critical
  Rule: A bundle is found by its name, and an unknown name is not

    Background:
      Given the provider quotes "Europe 5 GB" at 19.00 EUR
      And the provider quotes "Japan 3 GB" at 12.50 EUR
      And the catalog has been updated

    Scenario: A program asks for one bundle
      When a program asks for the bundle "esim_EU_5GB_30D_V2"
      Then it finds exactly "Europe 5 GB"

    Scenario: A program asks for a bundle that is not sold
      When a program asks for the bundle "esim_TR_1GB_30D_V2"
      Then the answer says that there is none (404)

  @critical
  Rule: Prices and amounts mean the same as at the provider

    Scenario Outline: The provider quotes <price>
      Given the provider quotes "Europe 5 GB" at <price>
      And the catalog has been updated
      When a shopper opens the catalog
      Then the shopper sees "Europe 5 GB" at <rounded>

      Examples: Half a cent is rounded up, however computers store it
        | price      | rounded   |
        | 19.005 EUR | 19.01 EUR |
        | 10.125 EUR | 10.13 EUR |
        | 19.004 EUR | 19.00 EUR |

    Scenario: The provider sells unlimited data
      Given the provider quotes "Europe 5 GB" with unlimited data at 19.00 EUR
      And the catalog has been updated
      When a program asks for the catalog
      Then the answer gives unlimited data for "Europe 5 GB"

  @normal
  Rule: Operators find the last update's report, and the version before it in the database

    Scenario: There has been no update
      When an operator asks for the report of the last update
      Then there is none, unless the service has updated the catalog by itself

    Scenario: Prices change twice
      Given the catalog has been updated with "Europe 5 GB" at 17.00 EUR, and then at 18.00 EUR
      And the provider quotes "Europe 5 GB" at 19.00 EUR
      When the catalog is updated
      Then the database keeps 2 versions, with "Europe 5 GB" at 18.00 EUR and at 19.00 EUR

  @normal
  Rule: The status page is there whatever it says

    Background:
      Given the backup quotes "Europe 5 GB" at 21.00 EUR

    Scenario: Operators look while all is well
      Given the provider quotes "Europe 5 GB" at 19.00 EUR
      And the catalog has been updated
      When a program asks for the status page
      Then the status page answers with status 200 and says "healthy"

    Scenario: Operators look while there is nothing to sell
      Given the provider, the saved copy and the backup are down
      And a shopper has been asked to come back shortly
      When a program asks for the status page
      Then the status page answers with status 200 and says "down"

  @critical
  Rule: The service ends when it is asked to, and starts only with settings that make sense

    Scenario: The service is asked to stop
      Given the provider quotes "Europe 5 GB" at 19.00 EUR
      And the catalog has been updated
      When the catalog service is asked to stop
      Then it ends with exit status 0 within 1 second

    Scenario: The service is asked to stop while an update waits for the provider
      Given the provider never answers
      And an update has begun
      When the catalog service is asked to stop
      Then it ends with exit status 0 within 1 second

    Scenario Outline: The service is told <nonsense>
      When a catalog service is started with "<setting>"
      Then its start is refused with exit status 64 and a reason

      Examples:
        | nonsense                         | setting                        |
        | to ask the provider 0 times      | CATALOG_ATTEMPTS=0             |
        | to wait -1 seconds for an answer | CATALOG_READ_TIMEOUT_S=-1      |
        | to keep the backup, perhaps      | CATALOG_KEEP_BACKUP=perhaps    |
        | no address of the provider       | CATALOG_PROVIDER_URL=provider  |

  @critical
  Rule: The service is ready while it can answer, whatever has failed, and not once it stops

    Scenario: Its dependencies are down
      Given the backup quotes "Europe 5 GB" at 21.00 EUR
      And the provider and the saved copy are down
      When a program asks whether the service is ready
      Then it is ready

    Scenario: The service stops
      Given the provider quotes "Europe 5 GB" at 19.00 EUR
      And the catalog has been updated
      When the catalog service is asked to stop while a program asks whether it is ready
      Then after 0.4 seconds it is no longer ready

  @normal
  Rule: A service that is asked to reload starts anew in the same process

    Background:
      Given the provider quotes "Europe 5 GB" at 19.00 EUR
      And the backup quotes "Europe 5 GB" at 21.00 EUR
      And the catalog has been updated

    Scenario: What was in its memory is gone
      Given the provider is down
      And the saved copy has lost its data
      When the catalog service is asked to reload
      Then it has started anew in the same process
      And within 5 seconds shoppers see "Europe 5 GB" at 21.00 EUR instead

    Scenario: Its connections are new
      Given connections to the saved copy are counted
      When the catalog service is asked to reload
      And the catalog is updated
      Then the service has made a new connection to the saved copy

  @normal
  Rule: Each metric counts what its name says

    Background:
      Given the provider quotes "Europe 5 GB" at 19.00 EUR
      And the saved copy, 2 hours old, quotes "Europe 5 GB" at 18.00 EUR

    Scenario: Shoppers are answered from memory
      Given the catalog has been updated
      When 3 shoppers open the catalog at once
      Then monitoring counts 3 answers from the provider, and none from another source
      And monitoring counts 3 answers from a catalog at hand, and 0 that waited for one

    Scenario: A shopper waits for the saved copy
      Given the provider is down
      When a shopper opens the catalog
      Then monitoring counts 1 answer from the saved copy, and none from another source
      And monitoring counts 0 answers from a catalog at hand, and 1 that waited for one
      And monitoring gives a catalog of 1 bundle, 2 hours old
